import type { Sentences } from './book.ts';

/** Where something happened. */
export const places: Sentences = [
  ['{place}, row {row}, column "{column}"', '{place}，第 {row} 行，列“{column}”'],
  ['{place}, row {row}', '{place}，第 {row} 行'],
  ['{place}, line {line}, row {row}, column {column}', '{place}，第 {line} 行，数据行 {row}，第 {column} 列'],
  ['{place}, line {line}, column {column}', '{place}，第 {line} 行，第 {column} 列'],
  ['{place}, line {line}', '{place}，第 {line} 行'],
  ['{place}, column "{column}"', '{place}，列“{column}”'],
  ['{place}, sheet "{sheet}"', '{place}，工作表“{sheet}”'],
  [
    '{place}, the period without rows after row {row}, column "{column}"',
    '{place}，第 {row} 行之后没有行的周期，列“{column}”',
  ],
  [
    '{place}, the period of rows {first} to {last}, column "{column}"',
    '{place}，第 {first} 至 {last} 行的周期，列“{column}”',
  ],
  ['series {series}, {place}', '序列 {series}，{place}'],
  ['rows {first} to {last}, window ending at {time}', '第 {first} 至 {last} 行，窗口截止于 {time}'],
  ['rows {first} to {last}', '第 {first} 至 {last} 行'],
  ['row {row}, window ending at {time}', '第 {row} 行，窗口截止于 {time}'],
  ['row {row}', '第 {row} 行'],
  ['column "{column}"', '列“{column}”'],
  ['the request', '请求'],
  ['pattern {pattern}', '模式 {pattern}'],
  ['task "{task}"', '任务“{task}”'],
  ['target {target}, step {step}', '目标 {target}，第 {step} 步'],
];
