import '@cloudscape-design/global-styles/index.css';
import './kit/kit.css';
import './home/home.css';
import './shell/shell.css';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Route, Routes } from 'react-router-dom';
import { Home } from './home/home';
import { FlashProvider } from './kit/flash';
import { initRegion } from './kit/region';
import type { Session } from './kit/session';
import { NotFound } from './shell/not-found';
import { ServiceView } from './shell/service-view';
import { Shell } from './shell/shell';
import { SERVICES } from './services';

export function start(session: Session): void {
  initRegion(session.region, session.regions);
  createRoot(document.getElementById('app')!).render(
    <I18nProvider locale="en" messages={[messages]}>
      <FlashProvider>
        <BrowserRouter basename="/console">
          <Routes>
            <Route path="/" element={<Shell><Home /></Shell>} />
            {SERVICES.map((service) => (
              <Route key={service.id} path={`/${service.id}/*`} element={<ServiceView key={service.id} service={service} />} />
            ))}
            <Route path="*" element={<Shell><NotFound /></Shell>} />
          </Routes>
        </BrowserRouter>
      </FlashProvider>
    </I18nProvider>,
  );
}
