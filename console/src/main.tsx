// Starts while the application itself is still on its way: who is signed in is asked at once.
import { loadSession } from './kit/session';

const signedIn = loadSession();
const application = import('./app');

Promise.all([signedIn, application]).then(([session, app]) => app.start(session)).catch((error: unknown) => {
  const wait = document.querySelector('.start-wait');
  const said = error instanceof Error ? error.message : String(error);
  if (wait) wait.textContent = `The console could not be started: ${said}`;
});
