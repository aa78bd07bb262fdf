import { app } from 'electron';
import { offerWebGpu } from './gpu-page.ts';
import { DesktopProgram } from './program.ts';
import { declarePageScheme } from './protocol.ts';

declarePageScheme();
offerWebGpu(app);
// A second start hands its files to the first one and ends.
if (app.requestSingleInstanceLock()) new DesktopProgram(app).start();
else app.quit();
