/** The forms that a transcript can be saved in, as a menu. */
import type { ExportFormat } from "../../host/host";
import type { MenuSection } from "../../parts/menu";
import { say } from "../../words/say";

export function exportSections(): MenuSection[] {
  return [
    section("read", say.reading.toRead, ["txt", "md", "docx", "pdf"]),
    section("watch", say.reading.toWatch, ["srt", "vtt"]),
    section("process", say.reading.toProcess, ["json"]),
  ];
}

function section(id: string, heading: string, formats: readonly ExportFormat[]): MenuSection {
  return { id, heading, items: formats.map((format) => ({ id: format, ...say.reading.formats[format] })) };
}

export function isFormat(id: string): id is ExportFormat {
  return id in say.reading.formats;
}
