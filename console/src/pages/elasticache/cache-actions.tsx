// What can be done with a cache, and the dialogs that ask before.
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { ActionDialog, DeleteDialog } from '../resources/actions';
import { CheckField, MultiselectField, SelectField, TextField } from '../resources/fields';
import { compact, type Step } from '../resources/steps';
import { engineOf, pathOf, statusOf, type Cache } from './lookups';
import type { CacheCluster } from './types';

type Action = 'modify' | 'replicas' | 'failover' | 'reboot' | 'backup' | 'delete';
const step = (operation: string, input: Record<string, unknown>): Step => ({ service: 'elasticache', operation, input });

export function CacheActions({ cache }: { cache?: Cache }) {
  const navigate = useNavigate();
  const [action, setAction] = useState<Action>();
  const isAvailable = cache !== undefined && statusOf(cache) === 'available';
  const isMemcached = cache !== undefined && engineOf(cache) === 'memcached';
  const reason = cache && !isAvailable ? `It is ${statusOf(cache)}.` : undefined;
  const available = { disabled: !isAvailable, disabledReason: reason };
  const items = cache === undefined ? [] : [
    { id: 'modify', text: 'Modify', ...available },
    ...(cache.group ? [{ id: 'replicas', text: 'Change the number of replicas', ...available },
      { id: 'failover', text: 'Failover primary', disabled: !isAvailable || cache.group.AutomaticFailover !== 'enabled',
        disabledReason: reason ?? 'Automatic failover is off.' }] : []),
    { id: 'reboot', text: 'Reboot nodes', ...available },
    ...(isMemcached ? [] : [{ id: 'backup', text: 'Backup', ...available }]),
    { id: 'delete', text: 'Delete', disabled: statusOf(cache) === 'deleting' },
  ];
  const close = () => setAction(undefined);
  const choose = (id: Action) => (id === 'modify' && cache ? navigate(`${pathOf(cache)}/modify`) : setAction(id));
  return (
    <>
      <ButtonDropdown items={items} disabled={!cache} expandToViewport onItemClick={(e) => choose(e.detail.id as Action)}>Actions</ButtonDropdown>
      {cache && action === 'replicas' && <Replicas cache={cache} onClose={close} />}
      {cache && action === 'failover' && <Failover cache={cache} onClose={close} />}
      {cache && action === 'reboot' && <Reboot cache={cache} onClose={close} />}
      {cache && action === 'backup' && <Backup cache={cache} onClose={close} />}
      {cache && action === 'delete' && <Delete cache={cache} onClose={close} />}
    </>
  );
}

interface DialogProps {
  cache: Cache;
  onClose: () => void;
}

const replicas_max = 5;

function Replicas({ cache, onClose }: DialogProps) {
  const now = (cache.group?.MemberClusters?.length ?? 1) - 1;
  const [count, setCount] = useState(String(now));
  const wanted = Number(count);
  const input = { ReplicationGroupId: cache.id, NewReplicaCount: wanted, ApplyImmediately: true };
  const steps = wanted === now ? [] : [step(wanted > now ? 'IncreaseReplicaCount' : 'DecreaseReplicaCount', input)];
  return (
    <ActionDialog title={`Replicas of ${cache.id}`} submit="Save" success={`${cache.id} is being changed.`} onClose={onClose} isValid={wanted !== now} steps={steps}>
      <SelectField label="Number of replicas" value={count} onChange={setCount}
        options={Array.from({ length: replicas_max + 1 }, (_, n) => ({ value: String(n), label: n === now ? `${n} (now)` : String(n) }))} />
    </ActionDialog>
  );
}

function Failover({ cache, onClose }: DialogProps) {
  const shards = (cache.group?.NodeGroups ?? []).map((node) => node.NodeGroupId ?? '');
  const [shard, setShard] = useState(shards[0] ?? '0001');
  return (
    <ActionDialog title={`Fail over the primary of ${cache.id}?`} submit="Failover" success={`${cache.id} is failing over.`} onClose={onClose}
      steps={[step('TestFailover', { ReplicationGroupId: cache.id, NodeGroupId: shard })]}>
      <div>The primary is ended and a replica takes its place. The primary endpoint keeps its address.</div>
      {shards.length > 1 && <SelectField label="Shard" value={shard} onChange={setShard} options={shards.map((value) => ({ value, label: value }))} />}
    </ActionDialog>
  );
}

const clustersOf = (cache: Cache): CacheCluster[] => (cache.cluster ? [cache.cluster] : cache.members);

function Reboot({ cache, onClose }: DialogProps) {
  const nodes = clustersOf(cache).flatMap((cluster) => (cluster.CacheNodes ?? []).map((node) => ({ cluster: cluster.CacheClusterId, node: node.CacheNodeId ?? '' })));
  const nameOf = (one: { cluster: string; node: string }) => `${one.cluster}/${one.node}`;
  const [chosen, setChosen] = useState(() => nodes.map(nameOf));
  const clusters = [...new Set(nodes.filter((one) => chosen.includes(nameOf(one))).map((one) => one.cluster))];
  return (
    <ActionDialog title={`Reboot nodes of ${cache.id}?`} submit="Reboot" success="The nodes are rebooting." onClose={onClose} isValid={chosen.length > 0}
      steps={clusters.map((cluster) => step('RebootCacheCluster', {
        CacheClusterId: cluster, CacheNodeIdsToReboot: nodes.filter((one) => one.cluster === cluster && chosen.includes(nameOf(one))).map((one) => one.node),
      }))}>
      <div>What a rebooted node has in memory is lost, unless a replica has it.</div>
      <MultiselectField label="Nodes" values={chosen} onChange={setChosen} options={nodes.map((one) => ({ value: nameOf(one), label: nameOf(one) }))} />
    </ActionDialog>
  );
}

function Backup({ cache, onClose }: DialogProps) {
  const [name, setName] = useState('');
  const source = cache.group ? { ReplicationGroupId: cache.id } : { CacheClusterId: cache.id };
  return (
    <ActionDialog title={`Back up ${cache.id}`} submit="Create backup" success={`Backup ${name} is being made.`} onClose={onClose} isValid={name !== ''}
      steps={[step('CreateSnapshot', { ...source, SnapshotName: name || 'BACKUP_NAME' })]}>
      <TextField label="Backup name" value={name} onChange={(text) => setName(text.trim())} />
    </ActionDialog>
  );
}

function Delete({ cache, onClose }: DialogProps) {
  const navigate = useNavigate();
  const isMemcached = engineOf(cache) === 'memcached';
  const [takes, setTakes] = useState(false);
  const [name, setName] = useState(`${cache.id}-final`);
  const target = cache.group ? { ReplicationGroupId: cache.id } : { CacheClusterId: cache.id };
  const input = compact({ ...target, FinalSnapshotIdentifier: takes ? name : undefined });
  return (
    <DeleteDialog title={`Delete ${cache.id}?`} name={cache.id} success={`${cache.id} is being deleted.`} onClose={onClose} onDone={() => navigate('/elasticache/caches')}
      steps={[step(cache.group ? 'DeleteReplicationGroup' : 'DeleteCacheCluster', input)]} warning="All data in the cache go.">
      {!isMemcached && <CheckField label="Create final backup" checked={takes} onChange={setTakes} />}
      {takes && <TextField label="Backup name" value={name} onChange={(text) => setName(text.trim())} />}
    </DeleteDialog>
  );
}
