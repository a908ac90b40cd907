import { session } from '../kit/session';

// A form of its own, as the sign-in pages take it: the answer leads to the page that is shown then.
export function signOut(): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/signin/out';
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'csrf';
  field.value = session().csrf;
  form.append(field);
  document.body.append(form);
  form.submit();
}
