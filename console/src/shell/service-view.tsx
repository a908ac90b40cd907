// A service: its pages are fetched, and the one that the address names is shown.
import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import { Suspense, useEffect, useState } from 'react';
import { Route, Routes, useLocation } from 'react-router-dom';
import type { ServicePages } from '../kit/service';
import type { ServiceEntry } from '../services';
import { crumbsOf, pageAt, titleOf } from './crumbs';
import { Failure } from './failure';
import { NotFound } from './not-found';
import { noteVisit } from './recent';
import { Shell } from './shell';

const Waiting = () => <Box padding="xxl" textAlign="center"><Spinner size="large" /> <Box variant="span">Loading</Box></Box>;

export function ServiceView({ service }: { service: ServiceEntry }) {
  const [loaded, setLoaded] = useState<ServicePages>();
  const [failed, setFailed] = useState<Error>();
  const path = useLocation().pathname.split('/').slice(2).join('/');
  useEffect(() => {
    service.load().then((module) => setLoaded(module.default), setFailed);
    noteVisit(service.id);
  }, [service]);
  if (failed) throw failed;

  const pages = loaded?.pages ?? [];
  const here = pageAt(pages, path);
  return (
    <Shell service={service} navigation={loaded?.navigation ?? []} crumbs={crumbsOf(service, pages, path)}
      title={here && titleOf(here.page, here.params)} help={here?.page.help} contentType={here?.page.contentType}>
      {!loaded ? <Waiting /> : (
        <Failure key={path}>
          <Suspense fallback={<Waiting />}>
            <Routes>
              {pages.map((page) => (page.path === ''
                ? <Route key="" index element={<page.component />} />
                : <Route key={page.path} path={page.path} element={<page.component key={path} />} />))}
              <Route path="*" element={<NotFound />} />
            </Routes>
          </Suspense>
        </Failure>
      )}
    </Shell>
  );
}
