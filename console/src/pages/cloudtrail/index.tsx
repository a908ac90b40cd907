// CloudTrail: event history and trails.
import type { ServicePages } from '@/kit';
import { EventDetail, EventHistory } from './history';
import { TrailDetail, TrailList } from './trails';

const service: ServicePages = {
  navigation: [
    { type: 'link', text: 'Event history', href: '/cloudtrail' },
    { type: 'link', text: 'Trails', href: '/cloudtrail/trails' },
  ],
  pages: [
    { path: '', title: 'Event history', component: EventHistory, contentType: 'table' },
    { path: 'events/:id', title: 'Event', component: EventDetail },
    { path: 'trails', title: 'Trails', component: TrailList, contentType: 'table' },
    { path: 'trails/:name', title: (params) => params.name ?? '', component: TrailDetail },
  ],
};
export default service;
