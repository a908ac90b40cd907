// The tags of a resource of IAM or Organizations: shown, and changed in a modal.
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { TagEditor, tagChange, tagsAreGood, type Input, type Tag } from '@/kit';
import { ActionModal } from './action-modal';
import type { Step } from './api';
import { SmallTable } from './small-table';

export interface TagsPanelProps {
  tags: Tag[] | undefined;
  tag: string;      // "TagUser"
  untag: string;    // "UntagUser"
  target: Input;    // { UserName: … }
  service?: string;
}

export function tagSteps(before: Tag[], after: Tag[], { tag, untag, target, service }: Omit<TagsPanelProps, 'tags'>): Step[] {
  const change = tagChange(before, after);
  return [
    ...(change.remove.length ? [{ service, operation: untag, input: { ...target, TagKeys: change.remove }, title: 'remove tags' }] : []),
    ...(change.set.length ? [{ service, operation: tag, input: { ...target, Tags: change.set }, title: 'set tags' }] : []),
  ];
}

function ManageTags({ before, onClose, ...how }: { before: Tag[]; onClose: () => void } & Omit<TagsPanelProps, 'tags'>) {
  const [tags, setTags] = useState(before.map((tag) => ({ Key: tag.Key, Value: tag.Value })));
  const steps = tagSteps(before, tags, how);
  return (
    <ActionModal title="Manage tags" submit="Save changes" size="large" ready={tagsAreGood(tags)} steps={steps} onClose={onClose}>
      <TagEditor tags={tags} onChange={setTags} />
    </ActionModal>
  );
}

export function TagsPanel({ tags, ...how }: TagsPanelProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <SmallTable<Tag> title="Tags" items={tags} keyOf={(tag) => tag.Key} filter={(tags?.length ?? 0) > 10 ? 'Search tags' : undefined}
        description="Key-value pairs to find and group resources, and for policies that decide by tags."
        empty="No tags are associated with this resource."
        actions={<Button disabled={!tags} onClick={() => setOpen(true)}>Manage tags</Button>}
        columns={[
          { header: 'Key', cell: (tag) => <span className="kit-wrap">{tag.Key}</span>, text: (tag) => tag.Key },
          { header: 'Value', cell: (tag) => <span className="kit-wrap">{tag.Value || '-'}</span>, text: (tag) => tag.Value },
        ]} />
      {open && <ManageTags before={tags ?? []} onClose={() => setOpen(false)} {...how} />}
    </>
  );
}
