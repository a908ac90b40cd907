// Choosing users.
import { AppLink, Time, useLoad } from '@/kit';
import { everything } from './api';
import { SmallTable } from './small-table';
import type { User } from './types';

export function UserPicker({ selected, onSelect, exclude = [], title = 'Users' }: {
  selected: string[]; onSelect: (names: string[]) => void; exclude?: string[]; title?: string;
}) {
  const loaded = useLoad<User[]>('iam-users', (signal) => everything('iam', 'ListUsers', 'Users', {}, signal));
  const left = new Set(exclude);
  const items = loaded.data?.filter((user) => !left.has(user.UserName));
  const chosen = new Set(selected);
  return (
    <SmallTable<User> title={title} items={items} error={loaded.error} onRetry={loaded.refresh} variant="embedded" filter="Search users"
      keyOf={(user) => user.UserName} select="multi" selected={(items ?? []).filter((user) => chosen.has(user.UserName))}
      onSelect={(users) => onSelect(users.map((user) => user.UserName))} empty="There are no users to choose."
      columns={[
        { header: 'User name', text: (user) => user.UserName, cell: (user) => <AppLink to={`/iam/users/${encodeURIComponent(user.UserName)}`}>{user.UserName}</AppLink> },
        { header: 'Created', text: (user) => user.CreateDate, cell: (user) => <Time at={user.CreateDate} relative /> },
      ]} />
  );
}
