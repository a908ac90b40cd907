import type { ServicePages } from '@/kit';

const service: ServicePages = { navigation: [], pages: [] };
export default service;
