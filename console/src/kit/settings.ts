// What a person chose, kept in this browser. Storage may be forbidden or hold nonsense: then it is the default.

export function readSetting<T>(name: string, byDefault: T): T {
  try {
    const kept = localStorage.getItem(`haar.${name}`);
    if (kept === null) return byDefault;
    return typeof byDefault === 'string' ? (kept as T) : (JSON.parse(kept) as T);
  } catch {
    return byDefault;
  }
}

export function writeSetting(name: string, value: unknown): void {
  try {
    localStorage.setItem(`haar.${name}`, typeof value === 'string' ? value : JSON.stringify(value));
  } catch {
    // Nothing is lost but the memory of a choice.
  }
}
