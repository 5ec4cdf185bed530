/** The forms that a transcript can be saved in, as a menu. */
import type { ExportFormat } from "../../host/host";
import type { MenuSection } from "../../parts/menu";
import { en } from "../../words/en";

export const exportSections: readonly MenuSection[] = [
  section("read", en.reading.toRead, ["txt", "md", "docx", "pdf"]),
  section("watch", en.reading.toWatch, ["srt", "vtt"]),
  section("process", en.reading.toProcess, ["json"]),
];

function section(id: string, heading: string, formats: readonly ExportFormat[]): MenuSection {
  return { id, heading, items: formats.map((format) => ({ id: format, ...en.reading.formats[format] })) };
}

export function isFormat(id: string): id is ExportFormat {
  return id in en.reading.formats;
}
