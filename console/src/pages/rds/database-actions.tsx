// What can be done with a cluster or an instance, and the dialogs that ask before.
import ButtonDropdown, { type ButtonDropdownProps } from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { ActionDialog, DeleteDialog } from '../resources/actions';
import { CheckField, SelectField, TextField } from '../resources/fields';
import { compact, type Step } from '../resources/steps';
import { clusterPath, classChoices, instancePath, nameOfDatabase, statusOfDatabase, useOrderable, type Database } from './lookups';

type Action = 'modify' | 'reboot' | 'failover' | 'stop' | 'start' | 'add-reader' | 'snapshot' | 'restore' | 'delete' | 'data-api';

function itemsOf(database: Database): ButtonDropdownProps.ItemOrGroup[] {
  const status = statusOfDatabase(database);
  const isAvailable = status === 'available';
  const isStopped = status === 'stopped';
  const isCluster = database.instance === undefined;
  const isMember = !isCluster && database.cluster !== undefined;
  const hasReader = (database.children.length || 0) > 1;
  const unless = (condition: boolean, reason: string) => ({ disabled: !condition, disabledReason: condition ? undefined : reason });
  const available = unless(isAvailable, `It is ${status}.`);
  const items: (ButtonDropdownProps.Item & { shown: boolean })[] = [
    { id: 'modify', text: 'Modify', shown: true, ...available },
    { id: 'reboot', text: 'Reboot', shown: true, ...available },
    { id: 'failover', text: 'Failover', shown: isCluster, ...unless(isAvailable && hasReader, 'There is no reader to fail over to.') },
    { id: 'stop', text: 'Stop temporarily', shown: !isMember, ...available },
    { id: 'start', text: 'Start', shown: !isMember, ...unless(isStopped, `It is ${status}.`) },
    { id: 'add-reader', text: 'Add reader', shown: isCluster && database.cluster?.Engine === 'aurora-postgresql', ...available },
    { id: 'snapshot', text: 'Take snapshot', shown: isCluster, ...available },
    { id: 'restore', text: 'Restore to point in time', shown: isCluster, ...unless(database.cluster?.LatestRestorableTime !== undefined, 'There is no backup yet.') },
    { id: 'data-api', text: database.cluster?.HttpEndpointEnabled ? 'Disable RDS Data API' : 'Enable RDS Data API', shown: isCluster, ...available },
    { id: 'delete', text: 'Delete', shown: true, ...unless(status !== 'deleting', 'It is being deleted.') },
  ];
  return items.filter((item) => item.shown);
}

export function DatabaseActions({ database }: { database?: Database }) {
  const navigate = useNavigate();
  const [action, setAction] = useState<Action>();
  const choose = (id: Action) => {
    if (!database) return;
    const path = database.instance ? instancePath(database.instance.DBInstanceIdentifier) : clusterPath(database.cluster!.DBClusterIdentifier);
    if (id === 'modify') navigate(`${path}/modify`);
    else if (id === 'restore') navigate(`${path}/restore`);
    else setAction(id);
  };
  return (
    <>
      <ButtonDropdown items={database ? itemsOf(database) : []} disabled={!database} expandToViewport onItemClick={(e) => choose(e.detail.id as Action)}>
        Actions
      </ButtonDropdown>
      {database && action && <Dialog key={database.id} database={database} action={action} onClose={() => setAction(undefined)} />}
    </>
  );
}

interface DialogProps {
  database: Database;
  onClose: () => void;
}

const step = (operation: string, input: Record<string, unknown>): Step => ({ service: 'rds', operation, input });

function Dialog({ database, action, onClose }: DialogProps & { action: Action }) {
  const id = nameOfDatabase(database);
  const isCluster = database.instance === undefined;
  const target = isCluster ? { DBClusterIdentifier: id } : { DBInstanceIdentifier: id };
  const kind = isCluster ? 'DBCluster' : 'DBInstance';
  const common = { onClose, steps: [] as Step[] };
  switch (action) {
    case 'reboot':
      return (
        <ActionDialog {...common} title={`Reboot ${id}?`} submit="Reboot" success={`${id} is rebooting.`} steps={[step(`Reboot${kind}`, target)]}>
          <div>Its connections end. It answers again in a moment.</div>
        </ActionDialog>
      );
    case 'stop':
      return (
        <ActionDialog {...common} title={`Stop ${id}?`} submit="Stop temporarily" success={`${id} is stopping.`} steps={[step(`Stop${kind}`, target)]}>
          <div>It starts again by itself after seven days.</div>
        </ActionDialog>
      );
    case 'start':
      return <ActionDialog {...common} title={`Start ${id}?`} submit="Start" success={`${id} is starting.`} steps={[step(`Start${kind}`, target)]} />;
    case 'data-api': {
      const isOn = database.cluster?.HttpEndpointEnabled;
      const word = isOn ? 'Disable' : 'Enable';
      return <ActionDialog {...common} title={`${word} the RDS Data API of ${id}?`} submit={word} success={`The RDS Data API was ${word.toLowerCase()}d.`}
        steps={[step(`${word}HttpEndpoint`, { ResourceArn: database.cluster?.DBClusterArn })]} />;
    }
    case 'failover': return <Failover database={database} onClose={onClose} />;
    case 'add-reader': return <AddReader database={database} onClose={onClose} />;
    case 'snapshot': return <TakeSnapshot cluster={id} onClose={onClose} />;
    case 'delete': return isCluster ? <DeleteCluster database={database} onClose={onClose} /> : <DeleteInstance database={database} onClose={onClose} />;
    default: return null;
  }
}

function Failover({ database, onClose }: DialogProps) {
  const [target, setTarget] = useState('');
  const id = nameOfDatabase(database);
  const readers = database.children.filter((child) => !child.writer).map(nameOfDatabase);
  return (
    <ActionDialog title={`Fail over ${id}?`} submit="Failover" success={`${id} is failing over.`} onClose={onClose}
      steps={[step('FailoverDBCluster', compact({ DBClusterIdentifier: id, TargetDBInstanceIdentifier: target }))]}>
      <div>A reader becomes the writer. Connections to the writer end, and the cluster endpoint leads to the new one.</div>
      <SelectField label="New writer" value={target} onChange={setTarget}
        options={[{ value: '', label: 'By promotion tier' }, ...readers.map((value) => ({ value, label: value }))]} />
    </ActionDialog>
  );
}

function freeName(cluster: string, taken: string[]): string {
  let number = 1;
  while (taken.includes(`${cluster}-instance-${number}`)) number++;
  return `${cluster}-instance-${number}`;
}

const promotion_tier_max = 15;

function AddReader({ database, onClose }: DialogProps) {
  const cluster = database.cluster!;
  const id = cluster.DBClusterIdentifier;
  const writer = database.children.find((child) => child.writer)?.instance;
  const [name, setName] = useState(() => freeName(id, database.children.map(nameOfDatabase)));
  const [chosenClass, setClass] = useState('');
  const [zone, setZone] = useState('');
  const [tier, setTier] = useState('1');
  const orderable = useOrderable(cluster.Engine ?? '', cluster.EngineVersion);
  const instanceClass = chosenClass || writer?.DBInstanceClass || classChoices(orderable.data)[0]?.value || '';
  return (
    <ActionDialog title={`Add a reader to ${id}`} submit="Add reader" success={`${name} is being created.`} onClose={onClose} isValid={name !== ''}
      steps={[step('CreateDBInstance', compact({
        DBInstanceIdentifier: name, DBClusterIdentifier: id, Engine: cluster.Engine, DBInstanceClass: instanceClass, AvailabilityZone: zone,
        PromotionTier: Number(tier), PubliclyAccessible: writer?.PubliclyAccessible,
      }))]}>
      <TextField label="DB instance identifier" value={name} onChange={setName} />
      <SelectField label="DB instance class" value={instanceClass} options={classChoices(orderable.data)} isLoading={orderable.loading} onChange={setClass} />
      <SelectField label="Availability Zone" value={zone} onChange={setZone}
        options={[{ value: '', label: 'No preference' }, ...(cluster.AvailabilityZones ?? []).map((value) => ({ value, label: value }))]} />
      <SelectField label="Failover priority" value={tier} onChange={setTier} hint="The lowest tier takes over first."
        options={Array.from({ length: promotion_tier_max + 1 }, (_, n) => ({ value: String(n), label: `tier-${n}` }))} />
    </ActionDialog>
  );
}

export function TakeSnapshot({ cluster, onClose }: { cluster: string; onClose: () => void }) {
  const [name, setName] = useState('');
  return (
    <ActionDialog title={`Take a snapshot of ${cluster}`} submit="Take snapshot" success={`Snapshot ${name} is being taken.`} onClose={onClose} isValid={name !== ''}
      steps={[step('CreateDBClusterSnapshot', { DBClusterSnapshotIdentifier: name || 'SNAPSHOT_NAME', DBClusterIdentifier: cluster })]}>
      <TextField label="Snapshot name" value={name} onChange={(text) => setName(text.trim())} />
    </ActionDialog>
  );
}

// Of a cluster its instances go first: that is the order in which AWS lets them go.
function DeleteCluster({ database, onClose }: DialogProps) {
  const navigate = useNavigate();
  const id = nameOfDatabase(database);
  const [takes, setTakes] = useState(true);
  const [snapshot, setSnapshot] = useState(`${id}-final-snapshot`);
  const [keeps, setKeeps] = useState(false);
  const steps = [
    ...database.children.map((child) => step('DeleteDBInstance', { DBInstanceIdentifier: nameOfDatabase(child) })),
    step('DeleteDBCluster', compact({
      DBClusterIdentifier: id, SkipFinalSnapshot: takes ? undefined : true, FinalDBSnapshotIdentifier: takes ? snapshot : undefined,
      DeleteAutomatedBackups: keeps ? false : undefined,
    })),
  ];
  return (
    <DeleteDialog title={`Delete ${id}?`} name={id} steps={steps} success={`${id} is being deleted.`} onClose={onClose}
      onDone={() => navigate('/rds/databases')}
      warning={database.cluster?.DeletionProtection ? 'Deletion protection is on: it will be refused until that is switched off under Modify.'
        : `The cluster${database.children.length > 0 ? ` and its ${database.children.length} instances` : ''} and all data go.`}>
      <CheckField label="Create final snapshot" checked={takes} onChange={setTakes} />
      {takes && <TextField label="Final snapshot name" value={snapshot} onChange={(text) => setSnapshot(text.trim())} />}
      <CheckField label="Retain automated backups" checked={keeps} onChange={setKeeps} />
    </DeleteDialog>
  );
}

function DeleteInstance({ database, onClose }: DialogProps) {
  const navigate = useNavigate();
  const id = nameOfDatabase(database);
  const isMember = database.cluster !== undefined;
  return (
    <DeleteDialog title={`Delete ${id}?`} name={id} success={`${id} is being deleted.`} onClose={onClose} onDone={() => navigate('/rds/databases')}
      warning={isMember ? 'The data stay in the cluster.' : 'All data of this instance go. haar takes no snapshots of instances without a cluster.'}
      steps={[step('DeleteDBInstance', compact({ DBInstanceIdentifier: id, SkipFinalSnapshot: isMember ? undefined : true }))]} />
  );
}
