// Tags of a resource: keys and values, with the rules that hold in every service.
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';
import { TAGS_MAX, tagProblem, type Tag } from './tags';

export interface TagEditorProps {
  tags: Tag[];
  onChange: (tags: Tag[]) => void;
  max?: number;
}

export function TagEditor({ tags, onChange, max = TAGS_MAX }: TagEditorProps) {
  const change = (index: number, part: Partial<Tag>) =>
    onChange(tags.map((tag, at) => (at === index ? { ...tag, ...part } : tag)));
  return (
    <AttributeEditor<Tag>
      items={tags}
      onAddButtonClick={() => onChange([...tags, { Key: '', Value: '' }])}
      onRemoveButtonClick={({ detail }) => onChange(tags.filter((_, at) => at !== detail.itemIndex))}
      addButtonText="Add new tag"
      removeButtonText="Remove"
      removeButtonAriaLabel={(tag) => `Remove tag ${tag.Key}`}
      disableAddButton={tags.length >= max}
      additionalInfo={`You can add up to ${Math.max(0, max - tags.length)} more tags.`}
      empty="No tags are associated with the resource."
      definition={[
        {
          label: 'Key',
          control: (tag, index) => (
            <Input value={tag.Key} ariaLabel={`Key of tag ${index + 1}`} placeholder="Key"
              onChange={(event) => change(index, { Key: event.detail.value })} />
          ),
          errorText: (tag, index) => (tag.Key === '' ? undefined : tagProblem(tags, index)),
        },
        {
          label: 'Value - optional',
          control: (tag, index) => (
            <Input value={tag.Value} ariaLabel={`Value of tag ${index + 1}`} placeholder="Value"
              onChange={(event) => change(index, { Value: event.detail.value })} />
          ),
        },
      ]}
    />
  );
}
