import { feature } from '../feature.ts';

export const understand = feature({ title: 'understand' }, { title: 'understand' });
