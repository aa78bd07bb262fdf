import { feature } from '../feature.ts';

/** Names of metrics as the field writes them. */
export const metrics = feature(
  {
    loss: 'Loss',
    rmse: 'RMSE',
    mae: 'MAE',
    r2: 'R²',
    smape: 'sMAPE',
    mase: 'MASE',
    accuracy: 'Accuracy',
    macroF1: 'Macro F1',
    logLoss: 'Log loss',
    logLossPerStep: 'Log loss per timestep',
    auc: 'Area under ROC',
  },
  {
    loss: '损失',
    rmse: '均方根误差',
    mae: '平均绝对误差',
    r2: 'R²',
    smape: 'sMAPE',
    mase: 'MASE',
    accuracy: '准确率',
    macroF1: '宏平均 F1',
    logLoss: '对数损失',
    logLossPerStep: '每时间步对数损失',
    auc: 'ROC 曲线下面积',
  },
);
