import type { MenuItemConstructorOptions } from 'electron';
import type { ShellCommand } from '../../engine/contract/rpc/shell.ts';

export type MenuLanguage = 'en' | 'zh';

const words = {
  en: {
    file: 'File',
    new: 'New Project…',
    open: 'Open Project…',
    recent: 'Open Recent',
    save: 'Save a Named Version',
    settings: 'Settings…',
    edit: 'Edit',
    view: 'View',
    palette: 'Command Palette…',
    data: 'Data',
    model: 'Model',
    train: 'Train',
    understand: 'Understand',
    export: 'Export',
    runs: 'Runs',
    training: 'Training',
    start: 'Start Training',
    stop: 'Stop Training',
    window: 'Window',
    help: 'Help',
    about: 'About GRU Workbench',
    quit: 'Quit GRU Workbench',
  },
  zh: {
    file: '文件',
    new: '新建项目…',
    open: '打开项目…',
    recent: '最近打开',
    save: '保存命名版本',
    settings: '设置…',
    edit: '编辑',
    view: '视图',
    palette: '命令面板…',
    data: '数据',
    model: '模型',
    train: '训练',
    understand: '理解',
    export: '导出',
    runs: '运行',
    training: '训练',
    start: '开始训练',
    stop: '停止训练',
    window: '窗口',
    help: '帮助',
    about: '关于 GRU Workbench',
    quit: '退出 GRU Workbench',
  },
} as const;

export interface MenuOptions {
  readonly language: MenuLanguage;
  readonly platform: NodeJS.Platform;
  /** Projects that were opened before, newest first. */
  readonly recent: readonly string[];
  readonly developer: boolean;
  send(command: ShellCommand): void;
}

/** The menu of the program. What it does, the window does: a command is sent to it. */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const { language, platform, send, recent } = options;
  const text = words[language];
  const mac = platform === 'darwin';
  const item = (label: string, command: ShellCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => send(command),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const steps = (['data', 'model', 'train', 'understand', 'export', 'runs'] as const).map((step, index) =>
    item(text[step], { command: 'go', step }, step === 'runs' ? undefined : `CmdOrCtrl+${index + 1}`),
  );
  const application: MenuItemConstructorOptions = {
    label: 'GRU Workbench',
    submenu: [
      { role: 'about', label: text.about },
      { type: 'separator' },
      item(text.settings, { command: 'settings' }, 'CmdOrCtrl+,'),
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit', label: text.quit },
    ],
  };
  return [
    ...(mac ? [application] : []),
    {
      label: text.file,
      submenu: [
        item(text.new, { command: 'new' }, 'CmdOrCtrl+N'),
        item(text.open, { command: 'open' }, 'CmdOrCtrl+O'),
        {
          label: text.recent,
          enabled: recent.length > 0,
          submenu: recent.map((path) => item(path, { command: 'openPath', path })),
        },
        { type: 'separator' },
        item(text.save, { command: 'save' }, 'CmdOrCtrl+S'),
        ...(mac
          ? []
          : [
              { type: 'separator' } as const,
              item(text.settings, { command: 'settings' }, 'CmdOrCtrl+,'),
              { role: 'quit', label: text.quit } as const,
            ]),
      ],
    },
    { role: 'editMenu', label: text.edit },
    {
      label: text.view,
      submenu: [
        item(text.palette, { command: 'palette' }, 'CmdOrCtrl+K'),
        { type: 'separator' },
        ...steps,
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(options.developer ? [{ role: 'toggleDevTools' } as const] : []),
      ],
    },
    {
      label: text.training,
      submenu: [
        item(text.start, { command: 'train' }, 'CmdOrCtrl+Enter'),
        item(text.stop, { command: 'stop' }, 'CmdOrCtrl+.'),
      ],
    },
    { role: 'windowMenu', label: text.window },
  ];
}

/** What is asked before the program ends while something trains. */
export const quitQuestion = {
  en: {
    message: 'A run is in training.',
    detail: 'It is saved where it stands and can be resumed when the project is opened again.',
    quit: 'Save and Quit',
    cancel: 'Go On Training',
  },
  zh: {
    message: '有运行正在训练。',
    detail: '当前进度会被保存，下次打开项目时可以继续。',
    quit: '保存并退出',
    cancel: '继续训练',
  },
} as const;
