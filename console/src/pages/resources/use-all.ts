// Everything that a list has, for forms to choose from and dashboards to count.
import { loadAll, useLoad, useRegion, type Loaded, type Source } from '@/kit';

export function useAll<Item>(source: Source<Item>, poll?: (items: Item[]) => boolean): Loaded<Item[]> {
  const chosen = useRegion();
  const region = source.region ?? chosen;
  return useLoad(
    `all ${region} ${source.service} ${source.operation} ${JSON.stringify(source.input ?? {})}`,
    async (signal) => (await loadAll(source, { region, signal })).items,
    { changesOf: [source.service], poll },
  );
}
