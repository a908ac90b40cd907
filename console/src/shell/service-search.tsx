// Alt+S goes to it, as in AWS's console.
import Autosuggest, { type AutosuggestProps } from '@cloudscape-design/components/autosuggest';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { SERVICES } from '../services';
import { findServices } from './find-services';

export function ServiceSearch() {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const field = useRef<AutosuggestProps.Ref>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.code !== 'KeyS') return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const open = (id: string) => {
    setText('');
    navigate(`/${id}`);
  };
  return (
    <Autosuggest ref={field} value={text} ariaLabel="Search services" placeholder="Search [Alt+S]" filteringType="manual"
      options={findServices(SERVICES, text).map(({ id, title, description }) => ({ value: id, label: title, description }))}
      empty="No service has this in its name" enteredTextLabel={(typed) => `Search for "${typed}"`}
      onChange={({ detail }) => setText(detail.value)}
      onSelect={({ detail }) => {
        const found = detail.selectedOption?.value ?? findServices(SERVICES, detail.value)[0]?.id;
        if (found) open(found);
      }} />
  );
}
