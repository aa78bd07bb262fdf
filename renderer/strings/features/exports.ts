import { feature } from '../feature.ts';

export const exports = feature({ title: 'exports' }, { title: 'exports' });
