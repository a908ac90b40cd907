// A table of a handful of items that are all here: the keys of a user, the versions of a policy. Lists that may be long
// are the kit's ResourceTable.
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState, type ReactNode } from 'react';
import { RefusalAlert, type ApiError } from '@/kit';

import { plural } from './text';

const ITEMS_A_PAGE = 20;

export interface Column<Item> {
  header: string;
  cell: (item: Item) => ReactNode;
  text?: (item: Item) => string | number;  // to sort and search by
  width?: number;
}

export interface SmallTableProps<Item> {
  title: string;
  items: Item[] | undefined;  // undefined: not here yet
  keyOf: (item: Item) => string;
  columns: Column<Item>[];
  error?: ApiError;
  onRetry?: () => void;
  description?: ReactNode;
  actions?: ReactNode;
  empty?: ReactNode;
  counter?: string;
  filter?: string;  // placeholder of the search; none: no search
  select?: 'single' | 'multi';
  selected?: Item[];
  onSelect?: (items: Item[]) => void;
  variant?: TableProps.Variant;
  filterExtra?: ReactNode;
  nameOf?: (item: Item) => string;
}

interface Shown<Item> {
  items: Item[];
  matches: number;
  pages: number;
}

function arrange<Item>(items: Item[], columns: Column<Item>[], wanted: string, sorting: Sorting | undefined, page: number): Shown<Item> {
  const searched = columns.filter((column) => column.text);
  const text = wanted.trim().toLowerCase();
  const found = text === '' ? items : items.filter((item) =>
    searched.some((column) => String(column.text!(item)).toLowerCase().includes(text)));
  const by = columns.find((column) => column.header === sorting?.header)?.text;
  const ordered = by ? [...found].sort((a, b) => (sorting!.descending ? -1 : 1) * compare(by(a), by(b))) : found;
  const pages = Math.max(1, Math.ceil(ordered.length / ITEMS_A_PAGE));
  const first = (Math.min(page, pages) - 1) * ITEMS_A_PAGE;
  return { items: ordered.slice(first, first + ITEMS_A_PAGE), matches: ordered.length, pages };
}

interface Sorting { header: string; descending: boolean }

export function SmallTable<Item>(props: SmallTableProps<Item>) {
  const { title, items, keyOf, columns, error, onRetry, description, actions, empty, counter, filter } = props;
  const { select, selected = [], onSelect, variant = 'container', filterExtra, nameOf = keyOf } = props;
  const [text, setText] = useState('');
  const [page, setPage] = useState(1);
  const [sorting, setSorting] = useState<Sorting>();
  const shown = arrange(items ?? [], columns, text, sorting, page);
  const definitions = columns.map((column, index) => ({
    id: column.header, header: column.header, cell: column.cell, width: column.width, minWidth: column.width ?? 110,
    isRowHeader: index === 0, sortingField: column.text && column.header,
  }));
  const search = filter && (
    <div className="kit-filters">
      <div className="kit-search">
        <TextFilter filteringText={text} filteringPlaceholder={filter} filteringAriaLabel={filter}
          countText={plural(shown.matches, 'match', 'matches')}
          onChange={({ detail }) => { setText(detail.filteringText); setPage(1); }} />
      </div>
      {filterExtra}
    </div>
  );
  if (error && !items) return <RefusalAlert error={error} header={error.denied ? undefined : `${title} could not be loaded`} onRetry={onRetry} />;
  return (
    <SpaceBetween size="s">
      <RefusalAlert error={error} onRetry={onRetry} />
      <Table<Item> items={shown.items} columnDefinitions={definitions} trackBy={keyOf} variant={variant} filter={search}
        loading={items === undefined} loadingText={`Loading ${title.toLowerCase()}`} wrapLines enableKeyboardNavigation
        sortingColumn={definitions.find((one) => one.id === sorting?.header)} sortingDescending={sorting?.descending}
        onSortingChange={({ detail }) =>
          setSorting({ header: String(detail.sortingColumn.sortingField), descending: Boolean(detail.isDescending) })}
        selectionType={select} selectedItems={selected} onSelectionChange={({ detail }) => onSelect?.(detail.selectedItems)}
        empty={<Box textAlign="center" color="inherit">{items?.length ? 'Nothing matches the search.' : empty ?? 'None'}</Box>}
        ariaLabels={{
          tableLabel: title, allItemsSelectionLabel: () => `Select all of ${title.toLowerCase()}`,
          selectionGroupLabel: `Selection of ${title.toLowerCase()}`, itemSelectionLabel: (_, item) => `Select ${nameOf(item)}`,
        }}
        header={<Header variant={variant === 'container' ? 'h2' : 'h3'} actions={actions} description={description}
          counter={counter ?? (items ? `(${items.length})` : undefined)}>{title}</Header>}
        pagination={shown.pages > 1 && (
          <Pagination currentPageIndex={Math.min(page, shown.pages)} pagesCount={shown.pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{ nextPageLabel: 'Next page', previousPageLabel: 'Previous page', pageLabel: (one) => `Page ${one}` }} />
        )} />
    </SpaceBetween>
  );
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
}
