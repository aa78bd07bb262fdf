import { main } from './ours.ts';

await main();
