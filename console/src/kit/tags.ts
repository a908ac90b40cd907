export interface Tag {
  Key: string;
  Value: string;
}

export const TAGS_MAX = 50;
const KEY_CHARACTERS_MAX = 128;
const VALUE_CHARACTERS_MAX = 256;

// What is wrong with one of the tags, in words; nothing if nothing is.
export function tagProblem(tags: Tag[], index: number): string | undefined {
  const { Key, Value } = tags[index];
  if (Key === '') return 'A key is needed.';
  if (Key.toLowerCase().startsWith('aws:')) return 'Keys that begin with aws: are reserved.';
  if (Key.length > KEY_CHARACTERS_MAX) return `A key has at most ${KEY_CHARACTERS_MAX} characters.`;
  if (Value.length > VALUE_CHARACTERS_MAX) return `A value has at most ${VALUE_CHARACTERS_MAX} characters.`;
  if (tags.some((tag, at) => at < index && tag.Key === Key)) return 'This key is there already.';
  return undefined;
}

export function tagsAreGood(tags: Tag[]): boolean {
  return tags.every((_, index) => tagProblem(tags, index) === undefined);
}

export interface TagChange {
  set: Tag[];
  remove: string[];
}

// What to tag and to untag to come from one list to the other.
export function tagChange(before: Tag[], after: Tag[]): TagChange {
  return {
    set: after.filter((tag) => !before.some((old) => old.Key === tag.Key && old.Value === tag.Value)),
    remove: before.filter((old) => !after.some((tag) => tag.Key === old.Key)).map((old) => old.Key),
  };
}
