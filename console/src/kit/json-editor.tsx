// A JSON editor with marks at their places. The editor itself is fetched when it is shown first.
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import Spinner from '@cloudscape-design/components/spinner';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Ace } from 'ace-builds';
import { useEffect, useRef, useState } from 'react';
import { useTheme } from './theme';

export interface Mark {
  line: number;    // from 1
  column: number;  // from 1
  text: string;
  type: 'error' | 'warning' | 'info';
}

export interface JsonEditorProps {
  value: string;
  onChange?: (text: string) => void;  // none: read only
  marks?: Mark[];
  label: string;
  height?: number;  // pixels
}

export function JsonEditor({ value, onChange, marks = [], label, height = 360 }: JsonEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Ace.Editor>();
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState(false);
  const dark = useTheme() === 'dark';
  const latest = useRef(onChange);
  latest.current = onChange;

  useEffect(() => {
    let gone = false;
    import('./ace').then(({ makeEditor }) => {
      if (gone || !place.current) return;
      const made = makeEditor(place.current, label);
      made.setValue(value, -1);
      made.session.getUndoManager().reset();
      made.on('change', () => latest.current?.(made.getValue()));
      editor.current = made;
      setReady(true);
    }).catch(() => setFailed(true));
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = undefined;
    };
    // The editor is made once; what changes later is told to it below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => {
    const made = editor.current;
    if (made && made.getValue() !== value) made.setValue(value, -1);
  }, [value, ready]);
  useEffect(() => {
    editor.current?.setReadOnly(!onChange);
  }, [onChange, ready]);
  useEffect(() => {
    editor.current?.setTheme(dark ? 'ace/theme/cloud_editor_dark' : 'ace/theme/cloud_editor');
  }, [dark, ready]);
  const key = JSON.stringify(marks);
  useEffect(() => {
    editor.current?.session.setAnnotations(
      marks.map(({ line, column, text, type }) => ({ row: line - 1, column: column - 1, text, type })));
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, ready]);

  const goTo = ({ line, column }: Mark) => {
    editor.current?.gotoLine(line, column - 1);
    editor.current?.focus();
  };
  // Without its editor a person still has a text field.
  if (failed) {
    return <textarea className="kit-plain-editor" aria-label={label} value={value} readOnly={!onChange} style={{ height }}
      onChange={(event) => onChange?.(event.target.value)} />;
  }
  return (
    <div className="kit-editor">
      {!ready && <Box padding="l"><Spinner /> Loading the editor</Box>}
      <div ref={place} style={{ height: ready ? height : 0 }} />
      {marks.length > 0 && (
        <ul className="kit-marks" aria-label={`Findings in ${label}`}>
          {marks.map((mark, index) => (
            <li key={index}>
              <StatusIndicator type={mark.type}>
                <Link onFollow={() => goTo(mark)}>Ln {mark.line}, Col {mark.column}</Link>: {mark.text}
              </StatusIndicator>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
