/** A chord of keys, from the keyboard to the words that the trusted side takes, and to what people read. */
import { say } from "../words/say";

export interface Press {
  /** Where the key lies, named after an English keyboard. */
  code: string;
  /** What it writes. */
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}

/**
 * By what is printed on the key, as X11 and Windows look for it; null: no chord that a system would accept. `isByPlace`: by where
 * the key lies, as macOS does. So is, elsewhere, one that writes neither a Latin letter nor a digit.
 */
export function accelerator(press: Press, isByPlace = false): string | null {
  const key = isByPlace ? keyOf(press.code) : (signOf(press) ?? keyOf(press.code));
  if (key === null) return null;
  const modifiers = [
    press.ctrlKey ? "CommandOrControl" : "",
    press.altKey ? "Alt" : "",
    press.shiftKey ? "Shift" : "",
    press.metaKey ? "Super" : "",
  ].filter((name) => name !== "");
  const isFunctionKey = /^F\d+$/.test(key);
  if (!isFunctionKey && modifiers.every((name) => name === "Shift")) return null;
  return [...modifiers, key].join("+");
}

/** "CommandOrControl+Alt+R" → ["Ctrl", "Alt", "R"] */
export function chord(text: string): string[] {
  return text.split("+").map(nameOf);
}

/** As it is printed on the keyboards of those who read it. */
function nameOf(part: string): string {
  const { key } = say.keys;
  if (/^(commandorcontrol|cmdorctrl|control)$/i.test(part)) return key.control;
  const names: Record<string, string> = {
    Shift: key.shift,
    Space: key.space,
    Insert: key.insert,
    Home: key.home,
    End: key.end,
    PageUp: key.pageUp,
    PageDown: key.pageDown,
    ArrowUp: key.up,
    ArrowDown: key.down,
    ArrowLeft: key.left,
    ArrowRight: key.right,
  };
  return names[part] ?? part;
}

function signOf({ code, key }: Press): string | null {
  return /^(Key|Digit)/.test(code) && /^[a-z\d]$/i.test(key) ? key.toUpperCase() : null;
}

function keyOf(code: string): string | null {
  const letter = /^(?:Key|Digit)(.)$/.exec(code)?.[1];
  if (letter !== undefined) return letter;
  return /^(F\d{1,2}|Space|Insert|Home|End|PageUp|PageDown|Arrow(Up|Down|Left|Right))$/.test(code) ? code : null;
}
