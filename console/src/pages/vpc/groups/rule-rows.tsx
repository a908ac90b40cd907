// The rows of inbound or outbound rules in a form.
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';

import './rules.css';
import { groupChoices } from '../lookups';
import type { SecurityGroup } from '../types';
import {
  asksPorts, asksProtocol, peerKinds, problemsOf, protocolText, ruleTypes, withPeerKind, withType, type PeerKind, type RuleRow,
} from './rules';

export interface RuleRowsProps {
  side: 'Source' | 'Destination';
  rows: RuleRow[];
  onChange: (rows: RuleRow[]) => void;
  onAdd: () => void;
  groups?: SecurityGroup[];
  vpc?: string;
  clientAddress?: string;
  showsProblems: boolean;
  empty: string;
}

function Row({ row, index, props, change, remove }: {
  row: RuleRow; index: number; props: RuleRowsProps; change: (row: RuleRow) => void; remove: () => void;
}) {
  const { side, groups, vpc, clientAddress, showsProblems } = props;
  const problems = showsProblems ? problemsOf(row, side) : {};
  const kinds = peerKinds.filter((kind) => side === 'Source' || kind.value !== 'my-ip');
  const choices = groupChoices(groups, vpc);
  const typeOption = ruleTypes.find((type) => type.value === row.type) ?? null;
  const n = index + 1;
  return (
    <div role="group" aria-label={`Rule ${n}`} className="rule-row">
      <FormField stretch label="Type">
        <Select options={ruleTypes} selectedOption={typeOption} filteringType="auto" filteringAriaLabel="Filter types" ariaLabel={`Type of rule ${n}`}
          expandToViewport onChange={(e) => change(withType(row, e.detail.selectedOption.value ?? ''))} />
      </FormField>
      <FormField stretch label="Protocol" errorText={problems.protocol}>
        {asksProtocol(row)
          ? <Input value={row.protocol} ariaLabel={`Protocol of rule ${n}`} onChange={(e) => change({ ...row, protocol: e.detail.value.trim() })} />
          : <Box padding={{ top: 'xxs' }}>{protocolText(row.protocol)}</Box>}
      </FormField>
      <FormField stretch label={row.type === 'custom-icmp' ? 'Type and code' : 'Port range'} errorText={problems.ports}>
        {asksPorts(row)
          ? <Input value={row.ports} placeholder={row.type === 'custom-icmp' ? '8-0' : '5432'} ariaLabel={`Port range of rule ${n}`}
            onChange={(e) => change({ ...row, ports: e.detail.value })} />
          : <Box padding={{ top: 'xxs' }}>{row.ports === '' || row.ports === '-1' ? 'All' : row.ports}</Box>}
      </FormField>
      <FormField stretch label={side}>
        <Select options={kinds} selectedOption={kinds.find((kind) => kind.value === row.peerKind) ?? null} ariaLabel={`${side} of rule ${n}`}
          expandToViewport
          onChange={(e) => change(withPeerKind(row, e.detail.selectedOption.value as PeerKind, clientAddress))} />
      </FormField>
      <FormField stretch label={row.peerKind === 'group' ? 'Group' : 'Value'} errorText={problems.peer}>
        {row.peerKind === 'group' ? (
          <Select options={choices} placeholder="Choose a group" filteringType="auto" filteringAriaLabel="Filter groups" expandToViewport
            ariaLabel={`Group of rule ${n}`} empty="There is none."
            selectedOption={choices.find((choice) => choice.value === row.peer) ?? (row.peer ? { value: row.peer, label: row.peer } : null)}
            onChange={(e) => change({ ...row, peer: e.detail.selectedOption.value ?? '' })} />
        ) : (
          <Autosuggest value={row.peer} options={choices} placeholder="0.0.0.0/0" ariaLabel={`Address block or group of rule ${n}`}
            enteredTextLabel={(text) => `Use "${text}"`} empty="Enter a CIDR block." expandToViewport readOnly={row.peerKind !== 'custom'}
            onChange={(e) => change({ ...row, peer: e.detail.value })} />
        )}
      </FormField>
      <FormField stretch label="Description" errorText={problems.description}>
        <Input value={row.description} ariaLabel={`Description of rule ${n}`} onChange={(e) => change({ ...row, description: e.detail.value })} />
      </FormField>
      <Box padding={{ top: 'l' }}>
        <Button formAction="none" variant="icon" iconName="remove" ariaLabel={`Delete rule ${n}`} onClick={remove} />
      </Box>
    </div>
  );
}

export function RuleRows(props: RuleRowsProps) {
  const { rows, onChange, onAdd, empty } = props;
  const change = (index: number, row: RuleRow) => onChange(rows.map((old, at) => (at === index ? row : old)));
  return (
    <SpaceBetween size="m">
      {rows.length === 0 && <Box color="text-body-secondary">{empty}</Box>}
      {rows.map((row, index) => (
        <Row key={row.key} row={row} index={index} props={props} change={(next) => change(index, next)}
          remove={() => onChange(rows.filter((_, at) => at !== index))} />
      ))}
      <Button formAction="none" iconName="add-plus" onClick={onAdd}>Add rule</Button>
    </SpaceBetween>
  );
}
