// The ace editor under a strict content security policy: its styles are files, and so is its worker.
import type { Ace } from 'ace-builds';
import ace from 'ace-builds/src-noconflict/ace';
import 'ace-builds/src-noconflict/mode-json';
import 'ace-builds/src-noconflict/theme-cloud_editor';
import 'ace-builds/src-noconflict/theme-cloud_editor_dark';
import 'ace-builds/css/ace.css';
import 'ace-builds/css/theme/cloud_editor.css';
import 'ace-builds/css/theme/cloud_editor_dark.css';

ace.config.set('useStrictCSP', true);
ace.config.set('loadWorkerFromBlob', false);

export function makeEditor(place: HTMLElement, label: string): Ace.Editor {
  const editor = ace.edit(place, {
    mode: 'ace/mode/json',
    useWorker: false,  // what is wrong, the page says itself (marks)
    tabSize: 2,
    useSoftTabs: true,
    showPrintMargin: false,
    fontSize: 13,
    enableKeyboardAccessibility: true,  // Tab passes by; Enter goes in, Escape comes out
  });
  editor.textInput.getElement().setAttribute('aria-label', label);
  return editor;
}
