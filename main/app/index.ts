import { app } from 'electron';
import { DesktopProgram } from './program.ts';
import { declarePageScheme } from './protocol.ts';

declarePageScheme();
// A second start hands its files to the first one and ends.
if (app.requestSingleInstanceLock()) new DesktopProgram(app).start();
else app.quit();
