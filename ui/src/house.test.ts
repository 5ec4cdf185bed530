/**
 * The arrows of the window: who may import whom. Walks the imports of every source file; the compiler cannot see
 * these rules.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = import.meta.dirname;

/** A folder may import from itself and from these. `types:` allows only `import type`. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  host: [],
  session: ["types:host"],
  timing: ["types:host", "session"],
  transcript: ["types:host", "types:session"],
  errors: ["types:host", "types:session", "words"],
  parts: [],
  words: ["types:host", "types:session", "types:errors", "types:transcript"],
  state: ["host", "session", "types:timing", "transcript", "errors", "words"],
  views: ["state", "parts", "words", "types:host", "types:session", "transcript", "errors"],
};

/** Only here may a package of that name be imported. */
const PACKAGES: readonly [RegExp, readonly string[]][] = [
  [/^@tauri-apps\//, ["host"]],
  [/^svelte/, ["state", "views", "parts"]],
  [/^(virtua|@lucide)/, ["views", "parts"]],
];

interface Import {
  file: string;
  folder: string;
  target: string;
  isType: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|svelte)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const file = relative(SRC, path);
  const folder = file.split("/")[0] as string;
  const statements = readFileSync(path, "utf8").matchAll(
    /(?:import|export)\s+(type\s)?[^"';]*?from\s+["']([^"']+)["']|import\s+["']([^"']+)["']/g,
  );
  return [...statements].map((match) => ({
    file,
    folder,
    isType: match[1] !== undefined,
    target: (match[2] ?? match[3]) as string,
  }));
}

const imports = sources(SRC).flatMap(importsOf);

function folderOf({ file, target }: Import): string {
  return relative(SRC, resolve(SRC, dirname(file), target)).split("/")[0] as string;
}

describe("the house", () => {
  it("has imports to look at", () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  it.each(Object.entries(MAY_IMPORT))("%s/ imports only what it may", (folder, allowed) => {
    const strays = imports
      .filter((one) => one.folder === folder && one.target.startsWith(".") && folderOf(one) !== folder)
      .filter((one) => !allowed.includes(folderOf(one)) && !(one.isType && allowed.includes(`types:${folderOf(one)}`)));
    expect(strays.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it.each(PACKAGES)("%s is imported only where it belongs", (pattern, folders) => {
    const strays = imports.filter(
      (one) => pattern.test(one.target) && one.file.includes("/") && !folders.includes(one.folder),
    );
    expect(strays.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it("keeps sockets, timers, clock and chance in the driver and the host", () => {
    const banned =
      /\b(WebSocket|setTimeout|setInterval|requestAnimationFrame|Date\b|performance\.|Math\.random|fetch\()/;
    const strays = sources(SRC)
      .map((path) => relative(SRC, path))
      .filter((file) => /^(session|transcript|errors)\//.test(file) && file !== "session/driver.ts")
      .filter((file) => banned.test(withoutComments(readFileSync(join(SRC, file), "utf8"))));
    expect(strays).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
