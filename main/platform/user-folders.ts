import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a person's settings and new projects go on this machine. */
export interface UserFolders {
  /** Settings and the list of recent projects. */
  readonly configuration: string;
  /** New projects, unless another folder is chosen. */
  readonly projects: string;
}

/** By the customs of the operating system; GRU_WORKBENCH_HOME puts both elsewhere. */
export function userFolders(environment: NodeJS.ProcessEnv = process.env): UserFolders {
  const home = homedir();
  const own = environment.GRU_WORKBENCH_HOME;
  if (own !== undefined && own !== '') return { configuration: own, projects: join(own, 'projects') };
  const projects = join(home, 'Documents', 'GRU Workbench');
  if (process.platform === 'win32') {
    const roaming = environment.APPDATA ?? join(home, 'AppData', 'Roaming');
    return { configuration: join(roaming, 'GRU Workbench'), projects };
  }
  if (process.platform === 'darwin') {
    return { configuration: join(home, 'Library', 'Application Support', 'GRU Workbench'), projects };
  }
  const configuration = environment.XDG_CONFIG_HOME ?? join(home, '.config');
  return { configuration: join(configuration, 'gru-workbench'), projects };
}
