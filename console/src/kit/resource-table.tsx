// A list of resources: paged and filtered by the server where it can, sorted and searched here where it cannot, with
// its empty, loading, refused and partial states, and the columns that the person chose.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { Input } from './call';
import { ITEMS_MAX, pagingOf, type Source } from './paging';
import { RefusalAlert } from './refusal-alert';
import { readSetting, writeSetting } from './settings';
import { dateTime } from './time';
import { usePages } from './use-pages';

export interface Column<Item> {
  id: string;
  header: string;
  cell: (item: Item) => ReactNode;
  sort?: (item: Item) => string | number | undefined;  // sorting fetches everything first
  hidden?: boolean;     // unless the person wants it
  isRowHeader?: boolean;
  width?: number;
  minWidth?: number;
}

export interface Search<Item> {
  placeholder: string;
  toInput?: (text: string) => Input;   // the service searches: what its input has then
  text?: (item: Item) => string;       // it cannot: the text of an item that is searched here
}

export interface ResourceTableProps<Item> {
  name: string;          // under which the person's choices are kept: "iam-users"
  title: string;
  description?: ReactNode;
  info?: ReactNode;
  source: Source<Item>;
  columns: Column<Item>[];
  idOf: (item: Item) => string;
  search?: Search<Item>;
  filters?: ReactNode;   // further controls beside the search; they change `source.input`
  selection?: 'single' | 'multi';
  selected?: Item[];
  onSelect?: (items: Item[]) => void;
  selectionLabel?: (item: Item) => string;
  isDisabled?: (item: Item) => boolean;
  actions?: (selected: Item[], refresh: () => void) => ReactNode;
  empty?: { title: string; text?: string; action?: ReactNode };
  inTransition?: (item: Item) => boolean;
  changesOf?: string[];
  arrange?: (items: Item[]) => Item[];  // a filter made here; with it everything is fetched
  variant?: TableProps.Variant;
  headingLevel?: 'h1' | 'h2' | 'h3';
}

const SEARCH_MILLISECONDS = 300;  // after the last key

interface Choices {
  size?: number;
  columns?: string[];
  wrap?: boolean;
  striped?: boolean;
}

function useSlow(text: string): string {
  const [slow, setSlow] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(text), SEARCH_MILLISECONDS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return slow;
}

function inOrder<Item>(column: Column<Item>, descending: boolean) {
  return (a: Item, b: Item) => {
    const [left, right] = [column.sort!(a) ?? '', column.sort!(b) ?? ''];
    const order = typeof left === 'number' && typeof right === 'number'
      ? left - right : String(left).localeCompare(String(right), 'en', { numeric: true });
    return descending ? -order : order;
  };
}

function Nothing({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <Box textAlign="center" color="inherit" margin={{ vertical: 'xs' }}>
      <SpaceBetween size="xs">
        <b>{title}</b>
        {text && <Box color="text-body-secondary">{text}</Box>}
        {action}
      </SpaceBetween>
    </Box>
  );
}

export function ResourceTable<Item>(props: ResourceTableProps<Item>) {
  const { name, title, columns, source, search, idOf, selection, empty, arrange: ownArrange } = props;
  const sizes = pagingOf(source)?.sizes ?? [20, 50, 100];
  const [choices, setChoices] = useState<Choices>(() => readSetting(`table.${name}`, {}));
  const [text, setText] = useState('');
  const [sorting, setSorting] = useState<{ id: string; descending: boolean }>();
  const [ownSelected, setOwnSelected] = useState<Item[]>([]);
  const slow = useSlow(text).trim();
  const size = choices.size && sizes.includes(choices.size) ? choices.size : sizes[Math.min(1, sizes.length - 1)];

  const searchedHere = slow !== '' && search !== undefined && search.toInput === undefined;
  const sortedBy = columns.find((column) => column.id === sorting?.id);
  const asked = slow !== '' && search?.toInput ? { ...source, input: { ...source.input, ...search.toInput(slow) } } : source;
  const arrange = useCallback((items: Item[]) => {
    let found = ownArrange ? ownArrange(items) : items;
    if (searchedHere) {
      const wanted = slow.toLowerCase();
      found = found.filter((item) => (search?.text?.(item) ?? idOf(item)).toLowerCase().includes(wanted));
    }
    return sortedBy?.sort ? [...found].sort(inOrder(sortedBy, sorting!.descending)) : found;
    // The functions of the props are new at every showing; what they depend on is in the key of the list.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [searchedHere, slow, sorting, ownArrange]);
  const list = usePages(asked, {
    size, arrange, whole: searchedHere || sortedBy !== undefined || ownArrange !== undefined,
    inTransition: props.inTransition, changesOf: props.changesOf,
  });

  // What is selected is shown as it is now; what has gone is selected no more.
  const wasSelected = props.selected ?? ownSelected;
  const selectedIds = new Set(wasSelected.map(idOf));
  const selected = list.items.filter((item) => selectedIds.has(idOf(item)));
  const select = (items: Item[]) => {
    setOwnSelected(items);
    props.onSelect?.(items);
  };

  const visible = choices.columns ?? columns.filter((column) => !column.hidden).map((column) => column.id);
  const definitions = columns.map((column) => ({
    id: column.id, header: column.header, cell: column.cell, width: column.width, minWidth: column.minWidth ?? 100,
    isRowHeader: column.isRowHeader, sortingField: column.sort ? column.id : undefined,
  }));
  const choose = (next: Choices) => {
    setChoices(next);
    writeSetting(`table.${name}`, next);
  };
  const count = list.total !== undefined ? `(${list.total})` : list.items.length > 0 ? `(${list.items.length}+)` : undefined;
  const filtered = slow !== '';

  return (
    <SpaceBetween size="s">
      <RefusalAlert error={list.error} onRetry={list.refresh}
        header={list.error && !list.error.denied ? `${title} could not be loaded` : undefined} />
      {list.truncated && (
        <Alert type="warning">Only the first {ITEMS_MAX.toLocaleString('en')} are shown. Narrow the list to see others.</Alert>
      )}
      <Table<Item>
        variant={props.variant ?? 'container'}
        items={list.items}
        trackBy={idOf}
        columnDefinitions={definitions}
        columnDisplay={columns.map((column) => ({ id: column.id, visible: visible.includes(column.id) }))}
        loading={list.loading}
        loadingText={`Loading ${title.toLowerCase()}`}
        wrapLines={choices.wrap}
        stripedRows={choices.striped}
        resizableColumns
        enableKeyboardNavigation
        sortingColumn={definitions.find((one) => one.id === sorting?.id)}
        sortingDescending={sorting?.descending}
        onSortingChange={({ detail }) =>
          setSorting({ id: String(detail.sortingColumn.sortingField), descending: Boolean(detail.isDescending) })}
        selectionType={selection}
        selectedItems={selected}
        onSelectionChange={({ detail }) => select(detail.selectedItems)}
        isItemDisabled={props.isDisabled}
        ariaLabels={{
          tableLabel: title,
          selectionGroupLabel: `Selection of ${title.toLowerCase()}`,
          allItemsSelectionLabel: () => `Select all ${title.toLowerCase()}`,
          itemSelectionLabel: (_, item) => `Select ${props.selectionLabel?.(item) ?? idOf(item)}`,
        }}
        header={
          <Header variant={props.headingLevel ?? (props.variant === 'full-page' ? 'h1' : 'h2')} counter={count} info={props.info}
            description={props.description}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel={`Refresh ${title.toLowerCase()}`} loading={list.refreshing && !list.loading}
                  onClick={list.refresh} />
                {props.actions?.(selected, list.refresh)}
              </SpaceBetween>
            }>
            {title}
          </Header>
        }
        filter={(search || props.filters) && (
          <div className="kit-filters">
            {search && (
              <div className="kit-search">
                <TextFilter filteringText={text} filteringPlaceholder={search.placeholder} filteringAriaLabel={search.placeholder}
                  onChange={({ detail }) => setText(detail.filteringText)}
                  countText={filtered && list.total !== undefined ? `${list.total} ${list.total === 1 ? 'match' : 'matches'}` : ''} />
              </div>
            )}
            {props.filters}
          </div>
        )}
        pagination={(list.pages > 1 || list.openEnd) && (
          <Pagination currentPageIndex={list.page} pagesCount={list.pages} openEnd={list.openEnd}
            onChange={({ detail }) => list.setPage(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: 'Next page', previousPageLabel: 'Previous page', pageLabel: (page) => `Page ${page}`,
            }} />
        )}
        preferences={
          <CollectionPreferences title="Preferences" confirmLabel="Confirm" cancelLabel="Cancel"
            preferences={{
              pageSize: size, wrapLines: choices.wrap ?? false, stripedRows: choices.striped ?? false,
              contentDisplay: columns.map((column) => ({ id: column.id, visible: visible.includes(column.id) })),
            }}
            onConfirm={({ detail }) => choose({
              size: detail.pageSize, wrap: detail.wrapLines, striped: detail.stripedRows,
              columns: detail.contentDisplay?.filter((one) => one.visible).map((one) => one.id),
            })}
            pageSizePreference={{
              title: 'Page size', options: sizes.map((value) => ({ value, label: `${value} items` })),
            }}
            wrapLinesPreference={{ label: 'Wrap lines', description: 'Show all the text of a cell' }}
            stripedRowsPreference={{ label: 'Striped rows', description: 'Shade every second row' }}
            contentDisplayPreference={{
              title: 'Columns',
              options: columns.map((column, index) => ({ id: column.id, label: column.header, alwaysVisible: index === 0 })),
            }} />
        }
        empty={
          list.error ? <Nothing title="Nothing can be shown" />
            : filtered ? <Nothing title="No matches" action={<Button onClick={() => setText('')}>Clear filter</Button>} />
              : <Nothing title={empty?.title ?? `No ${title.toLowerCase()}`} text={empty?.text} action={empty?.action} />
        }
        footer={list.updatedAt && (
          <Box textAlign="right" variant="small">Updated {dateTime(list.updatedAt.getTime() / 1000)}</Box>
        )}
      />
    </SpaceBetween>
  );
}
