/** `node --import` this: the package `electron` is the stand-in beside it. */
import { register } from 'node:module';

register('./resolve.mjs', import.meta.url);
