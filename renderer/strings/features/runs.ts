import { feature } from '../feature.ts';

export const runs = feature({ title: 'runs' }, { title: 'runs' });
