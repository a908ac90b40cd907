// The tags of a resource on its page: shown, and changed in a dialog. Services differ in how they are told.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';

import {
  CliCommand,
  LoadedPart,
  RefusalAlert,
  TagEditor,
  tagChange,
  tagsAreGood,
  useQuery,
  useRegion,
  useWork,
  type Loaded,
  type Tag,
} from '@/kit';
import { commandsOf, runSteps, type Step } from './steps';

export interface TaggedService {
  service: 'ec2' | 'rds' | 'elasticache';
  resource: string; // the id for ec2, the ARN for the others
}

function tagSteps({ service, resource }: TaggedService, before: Tag[], after: Tag[]): Step[] {
  const { set, remove } = tagChange(before, after);
  const isEc2 = service === 'ec2';
  const steps: Step[] = [];
  if (remove.length > 0) {
    steps.push({
      service,
      operation: isEc2 ? 'DeleteTags' : 'RemoveTagsFromResource',
      input: isEc2
        ? { Resources: [resource], Tags: remove.map((Key) => ({ Key })) }
        : { ResourceName: resource, TagKeys: remove },
    });
  }
  if (set.length > 0) {
    steps.push({
      service,
      operation: isEc2 ? 'CreateTags' : 'AddTagsToResource',
      input: isEc2 ? { Resources: [resource], Tags: set } : { ResourceName: resource, Tags: set },
    });
  }
  return steps;
}

function EditTags({ of, tags, onClose }: { of: TaggedService; tags: Tag[]; onClose: () => void }) {
  const [edited, setEdited] = useState(tags);
  const region = useRegion();
  const named = edited.filter((tag) => tag.Key !== '');
  const steps = tagSteps(of, tags, named);
  const work = useWork([of.service], async () => {
    await runSteps(steps, () => undefined);
  });
  const save = async () => {
    if (steps.length === 0 || (await work.start())) onClose();
  };
  return (
    <Modal
      visible
      header="Manage tags"
      size="large"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={work.pending} disabled={!tagsAreGood(named)} onClick={save}>
              Save
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <TagEditor tags={edited} onChange={setEdited} />
        {steps.length > 0 && <CliCommand calls={commandsOf(steps).map((command) => ({ ...command, region }))} />}
        <RefusalAlert error={work.error} />
      </SpaceBetween>
    </Modal>
  );
}

function Tags({ of, tags }: { of: TaggedService; tags: Tag[] }) {
  const [editing, setEditing] = useState(false);
  return (
    <>
      <Table
        variant="container"
        items={tags}
        trackBy="Key"
        header={
          <Header counter={`(${tags.length})`} actions={<Button onClick={() => setEditing(true)}>Manage tags</Button>}>
            Tags
          </Header>
        }
        columnDefinitions={[
          { id: 'key', header: 'Key', cell: (tag) => tag.Key, isRowHeader: true },
          { id: 'value', header: 'Value', cell: (tag) => tag.Value || '-' },
        ]}
        empty={
          <Box textAlign="center" color="text-body-secondary">
            There are no tags.
          </Box>
        }
      />
      {editing && (
        <EditTags of={of} tags={tags.filter((tag) => !tag.Key.startsWith('aws:'))} onClose={() => setEditing(false)} />
      )}
    </>
  );
}

// Of a resource whose own description has its tags.
export const TagsPanel = Tags;

// Of a resource whose tags are asked for.
export function AskedTagsPanel({ of }: { of: TaggedService }) {
  const asked: Loaded<{ TagList?: Tag[] }> = useQuery(of.service, 'ListTagsForResource', { ResourceName: of.resource });
  return <LoadedPart from={asked}>{(data) => <Tags of={of} tags={data.TagList ?? []} />}</LoadedPart>;
}

export function TagsContainer({ tags, onChange }: { tags: Tag[]; onChange: (tags: Tag[]) => void }) {
  return (
    <Container
      header={
        <Header variant="h2" description="A tag is a label: a key and a value.">
          Tags <i>- optional</i>
        </Header>
      }
    >
      <TagEditor tags={tags} onChange={onChange} />
    </Container>
  );
}
