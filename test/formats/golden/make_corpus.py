"""Makes corpus/ and corpus.json: messy files with the table each of them means, or the error it deserves.

The tables come from readers that are not ours: pandas with the options a person who knows the file would give
(read_csv, json_normalize), NumPy and h5py; those of handmade workbooks and archives are written here. Pinned: Python
3.11, pandas 3.0.6, numpy, h5py as in ../../golden/requirements.txt. Run from this folder: python make_corpus.py
"""
import gzip, io, json, os, shutil, zipfile
import h5py
import numpy as np
import pandas as pd

OUT = 'corpus'
shutil.rmtree(OUT, ignore_errors=True)
os.makedirs(OUT)
cases = []
MISSING = ['', 'NA', 'N/A', 'n/a', '#N/A', 'NaN', 'nan', '-nan', 'NULL', 'null', 'None']


def cell(value):
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, pd.Timestamp):
        utc = value.tz_convert('UTC').tz_localize(None) if value.tzinfo else value
        return {'time': int((utc - pd.Timestamp(0)) // pd.Timedelta(milliseconds=1))}
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        if np.isnan(value):
            return None
        return {'float': repr(float(value))} if np.isinf(value) else float(value)
    return str(value)


def table(frame):
    return [[str(name), [cell(v) for v in frame[name].tolist()]] for name in frame.columns]


def write(name, data):
    path = os.path.join(OUT, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def add(name, expected, source=None, path=None, dropped=0):
    """expected: a frame, or (error code, part of the sentence)."""
    case = {'name': name, 'file': path or name, 'source': source or {}}
    if isinstance(expected, tuple):
        case['error'] = {'code': expected[0], 'says': expected[1]}
    else:
        case['table'] = table(expected)
        case['dropped'] = dropped
    cases.append(case)


def csv(name, text, encoding='utf-8', source=None, dates=(), date_format=None, **options):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    write(name, data)
    settings = dict(keep_default_na=False, na_values=MISSING, float_precision='round_trip', encoding=encoding)
    settings.update(options)
    frame = pd.read_csv(io.BytesIO(data), **settings)
    for column in dates:
        frame[column] = pd.to_datetime(frame[column], format=date_format)
    add(name, frame, source)


def bad(name, data, code, says, source=None):
    write(name, data)
    add(name, (code, says), source)


# Rows that hold what goes wrong: delimiters, quotes, line ends and blanks in texts, and missing cells.
def rows(d, eol, quote_all, decimal='.'):
    q = lambda s: '"' + s.replace('"', '""') + '"'
    n = lambda v: v if v == '' else (q(v.replace('.', decimal)) if quote_all else v.replace('.', decimal))
    t = lambda v: q(v) if quote_all or d in v or '"' in v or '\n' in v else v
    lines = [['city', 'note', 'count', 'level'],
             ['Paris', f'a{d} b', '1', '0.5'], ['Rome', 'say "hi"', '', '-2.25'], ['Oslo', '', '30', ''],
             ['Bern', 'two' + ' ' + 'words', '-4', '1e3'], ['Nice', 'plain', '5', '7.125']]
    return eol.join(d.join(t(v) if i == 0 or j < 2 else n(v) for j, v in enumerate(line)) for i, line in enumerate(lines)) + eol


for d, dn in ((',', 'comma'), (';', 'semicolon'), ('\t', 'tab'), ('|', 'bar')):
    for eol, en in (('\n', 'lf'), ('\r\n', 'crlf'), ('\r', 'cr')):
        for quote_all in (False, True):
            csv(f'dialect-{dn}-{en}-{"all" if quote_all else "minimal"}.csv', rows(d, eol, quote_all), sep=d,
                lineterminator='\r' if eol == '\r' else None)

LATIN = 'stadt{d}wert{d}größe\nKöln{d}1{d}2.5\nMünchen{d}2{d}3.5\nZürich{d}3{d}4.5\nSão Paulo{d}4{d}5.5\n'
CHINESE = '城市{d}数量{d}说明\n北京{d}1{d}首都的天气很好\n上海{d}2{d}人口最多的城市\n广州{d}3{d}南方的港口\n'
for d, dn in ((',', 'comma'), (';', 'semicolon'), ('\t', 'tab')):
    for text, tn in ((LATIN, 'latin'), (CHINESE, 'chinese')):
        text = text.format(d=d)
        for encoding, en in (('utf-8', 'utf8'), ('utf-8-sig', 'utf8-mark'), ('utf-16', 'utf16-mark')):
            csv(f'encoding-{tn}-{dn}-{en}.csv', text, encoding, sep=d)
    csv(f'encoding-latin-{dn}-windows.csv', LATIN.format(d=d), 'cp1252', sep=d)
    csv(f'encoding-chinese-{dn}-gb18030.csv', CHINESE.format(d=d), 'gb18030', sep=d)
csv('encoding-utf16be-mark.csv', b'\xfe\xff' + LATIN.format(d=',').encode('utf-16-be'), 'utf-16')
csv('encoding-utf16le-bare.csv', 'name,value\nabc,1\ndef,2\n', 'utf-16-le')
csv('encoding-utf16be-bare.csv', 'name,value\nabc,1\ndef,2\n', 'utf-16-be')
csv('encoding-given.csv', 'name,value\n\u0416\u0443\u043a,1\n', 'gb18030', source={'encoding': 'gb18030'})
csv('encoding-late.csv', 'name,value\n' + 'abc,1\n' * 40 + 'caf\u00e9,2\n', 'cp1252')

for d, dn in ((';', 'semicolon'), ('\t', 'tab'), ('|', 'bar')):
    csv(f'decimal-comma-{dn}.csv', f'a{d}b{d}c\n1,5{d}x{d}2\n-2,25{d}y{d}3\n0,125{d}z{d}4\n', sep=d, decimal=',')
    csv(f'decimal-comma-dots-{dn}.csv', f'a{d}b\n1.234,5{d}1\n12.345.678,25{d}2\n7,5{d}3\n', sep=d, decimal=',', thousands='.')
    csv(f'thousands-comma-{dn}.csv', f'a{d}b\n1,234.5{d}1\n12,345,678.25{d}2\n7.5{d}3\n', sep=d, thousands=',')
    csv(f'thousands-space-{dn}.csv', f'a{d}b\n1 234{d}1\n12 345 678{d}2\n7{d}3\n', sep=d, thousands=' ')
csv('thousands-quoted.csv', 'a,b\n"1,234",1\n"12,345,678",2\n7,3\n', thousands=',')
csv('thousands-apostrophe.csv', "a;b\n1'234.5;1\n12'345'678;2\n7;3\n", sep=';', thousands="'")
csv('thousands-swiss-comma.csv', "a;b\n1'234,5;1\n7,25;3\n", sep=';', thousands="'", decimal=',')
csv('decimal-comma-given.csv', 'a;b\n1,234;1\n2,345;2\n', sep=';', decimal=',', source={'decimalComma': True, 'thousands': 'none'})
csv('thousands-given.csv', 'a;b\n1,234;1\n2,345;2\n', sep=';', thousands=',', source={'decimalComma': False, 'thousands': 'comma'})
csv('decimal-comma-quoted.csv', 'a,b\n"1,5",x\n"2,25",y\n', decimal=',', source={'decimalComma': True})

csv('header-none-numbers.csv', '1,2.5\n2,3.5\n3,4.5\n', header=None, names=['column1', 'column2'])
csv('header-none-dates.csv', '2024-01-01,5\n2024-01-02,6\n', header=None, names=['column1', 'column2'], dates=['column1'])
csv('header-none-given.csv', 'a,b\nc,d\n', header=None, names=['column1', 'column2'], source={'header': False})
csv('header-given.csv', '1,2\n3,4\n', source={'header': True})
csv('header-years.csv', 'country,2019,2020\nx,1,2\ny,3,4\n')
csv('header-spaces.csv', 'first name , second name\nx,1\ny,2\n', header=0, names=['first name', 'second name'])
csv('header-quotes.csv', '"a ""b""","c, d"\n1,2\n3,4\n')
csv('header-twice.csv', 'a,a,A\n1,2,3\n', header=0, names=['a', 'a_2', 'A_3'])
csv('header-empty.csv', 'a,,c\n1,2,3\n4,5,6\n', header=0, names=['a', 'column2', 'c'])
csv('header-index.csv', ',x,y\n0,1,2\n1,3,4\n', header=0, names=['column1', 'x', 'y'])
csv('header-hash.csv', '#time,value\n1,2\n2,3\n')
csv('header-unicode.csv', 'температура,λ\n1,2\n3,4\n')

csv('comment-top.csv', '# made by a program\n# on a day\na,b\n1,2\n3,4\n', comment='#')
csv('comment-middle.csv', '# top\na,b\n1,2\n# between\n3,4\n', comment='#')
csv('comment-percent.csv', '% matlab\na;b\n1;2\n3;4\n', sep=';', comment='%')
csv('comment-one-column.csv', '# top\na\n1\n# between\n3\n', comment='#')
csv('blank-first.csv', '\n\na,b\n1,2\n3,4\n')
csv('comment-given.csv', 'a,b\n1,2\n!3,4\n5,6\n', comment='!', source={'comment': '!'})
csv('comment-none.csv', 'tag,b\n#x,2\n#y,4\n', source={'comment': ''})

for i, mark in enumerate(MISSING):
    csv(f'missing-{i}.csv', f'a,b\n1,x\n{mark},{mark}\n3,z\n')
csv('missing-column.csv', 'a,b\n1,\n2,\n')
csv('missing-quoted.csv', 'a,b\n1,""\n2,x\n')
csv('missing-many.csv', 'a,b,c\n1,,\n,2,\n,,3\n')

DATES = [('iso', '%Y-%m-%d'), ('slashes', '%Y/%m/%d'), ('dots', '%d.%m.%Y'), ('day-first', '%d/%m/%Y'), ('month-first', '%m/%d/%Y'),
         ('dashes', '%d-%m-%Y'), ('minutes', '%Y-%m-%d %H:%M'), ('seconds', '%Y-%m-%d %H:%M:%S'), ('iso-t', '%Y-%m-%dT%H:%M:%S'),
         ('dots-clock', '%d.%m.%Y %H:%M'), ('slashes-clock', '%m/%d/%Y %H:%M'), ('month-names', '%b %d %Y'), ('day-names', '%d-%b-%Y'),
         ('zulu', '%Y-%m-%dT%H:%M:%SZ'), ('milliseconds', '%Y-%m-%d %H:%M:%S.%f')]
for name, pattern in DATES:
    times = pd.date_range('2024-01-25 06:30:15', periods=10, freq='1D' if '%H' not in pattern else '3h')
    text = 'when,value\n' + ''.join(f'{t.strftime(pattern)},{i}\n' for i, t in enumerate(times))
    csv(f'date-{name}.csv', text, dates=['when'], date_format=None if 'Z' in pattern or '%f' in pattern else pattern)
csv('date-offset.csv', 'when,v\n2024-01-01T00:00:00+02:00,1\n2024-01-01T01:00:00+02:00,2\n', dates=['when'])
csv('date-month.csv', 'when,v\n2024-01,1\n2024-02,2\n', dates=['when'], date_format='%Y-%m')
csv('date-mixed.csv', 'when,v\n2024-01-01,1\nsoon,2\n2024-01-03,3\n')
csv('date-missing.csv', 'when,v\n2024-01-01,1\n,2\n2024-01-03,3\n', dates=['when'])

csv('type-boolean.csv', 'a,b\ntrue,1\nfalse,0\ntrue,1\n')
csv('type-yes.csv', 'a,b\nyes,1\nno,2\n')
csv('type-zeros.csv', 'zip,v\n01234,1\n00001,2\n', dtype={'zip': str})
csv('type-large.csv', 'id,v\n9007199254740993,1\n9007199254740995,2\n', dtype={'id': str})
csv('type-infinite.csv', 'a\n1.5\ninf\n-inf\n')
csv('type-science.csv', 'a,b\n1e-5,1E5\n2.5e+10,-3e2\n')
csv('type-signs.csv', 'a,b\n+1,-1\n+2,-2\n')
csv('type-mixed.csv', 'a,b\n1,x\ntwo,y\n3,z\n')
csv('type-dot.csv', 'a,b\n.5,1.\n-.25,2.\n')
csv('type-padded.csv', 'a,b\n 1, 2.5\n 3, 4.5\n', skipinitialspace=True)
csv('type-late-real.csv', 'a,b\n' + '1,2\n' * 50 + '1.5,3\n')
csv('type-late-text.csv', 'a,b\n' + '1,2\n' * 50 + 'x,3\n')

csv('shape-blank-lines.csv', 'a,b\n1,2\n\n3,4\n\n\n')
csv('shape-no-end.csv', 'a,b\n1,2\n3,4')
csv('shape-one-column.csv', 'a\n1\n2\n3\n')
csv('shape-one-row.csv', 'a,b\n1,2\n')
csv('shape-spaces.dat', 'x y z\n1  2.5   3\n4 5.5 6\n7 8.5 9\n', sep=r'\s+')
csv('shape-spaces-front.dat', '  1.0   2.0\n  3.0   4.0\n', sep=r'\s+', header=None, names=['column1', 'column2'])
csv('shape-newlines.csv', 'a,b\n"two\nlines",1\n"three\nmore\nlines",2\n')
csv('shape-single-quotes.csv', "a,b\n'x, y',1\n'z',2\n", quotechar="'")
csv('shape-inner-quote.csv', 'a,b\n5" pipe,3\n6" pipe,4\n', quoting=3)
csv('shape-wide.csv', ','.join(f'c{i}' for i in range(300)) + '\n' + ','.join(str(i) for i in range(300)) + '\n')
csv('shape-delimiter-given.csv', 'a:b\n1:2\n3:4\n', sep=':', source={'delimiter': ':'})
csv('shape-name.tsv', 'a\tb\n1\t2\n', sep='\t')
csv('shape-table.txt', 'a\tb\n1\t2\n3\t4\n', sep='\t')

bad('error-short.csv', 'a,b,c\n1,2,3\n4,5\n', 'data/ragged-rows', 'Row 2 has 2 columns where the header has 3')
bad('error-long.csv', 'a,b\n1,2\n3,4,5\n', 'data/ragged-rows', 'Row 2 has 3 columns where the header has 2')
bad('error-open-quote.csv', 'a,b\n"x,2\n3,4\n', 'data/unreadable', 'A quotation mark is opened and never closed')
bad('error-after-quote.csv', 'a,b\n"x"y,2\n', 'data/unreadable', 'There is text after a closing quotation mark')
bad('error-empty.csv', '', 'data/empty', 'The file is empty')
bad('error-header-only.csv', 'a,b\n', 'data/empty', 'The file has a header but no rows')
bad('error-nul.csv', b'a,b\n1,\x00\n', 'data/not-text', 'it holds binary data')
bad('error-line-ends.csv', 'a,b\n1,2\r3,4\r\n', 'data/unreadable', 'The lines end in different ways')
bad('error-pdf.csv', '%PDF-1.4 rest', 'data/not-text', 'it is a PDF document')
bad('error-encoding.csv', LATIN.format(d=',').encode('cp1252'), 'data/not-text', 'The file is not UTF-8 text: line 1', {'encoding': 'utf-8'})

# JSON
def js(name, value, frame, source=None, lines=False, dropped=0):
    text = '\n'.join(json.dumps(v, ensure_ascii=False) for v in value) if lines else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    write(name, text)
    add(name, frame, source, dropped=dropped)


R = [{'a': 1, 'b': 'x', 'c': 1.5}, {'a': 2, 'b': None, 'c': 2.5}, {'a': 3, 'b': 'z', 'c': -1.0}]
N = [{'id': 1, 'at': {'x': 1.5, 'y': {'z': 'q'}}}, {'id': 2, 'at': {'x': 2.5, 'y': {'z': 'r'}}}]
js('json-records.json', R, pd.json_normalize(R))
js('json-minified.json', json.dumps(R, separators=(',', ':')), pd.json_normalize(R))
js('json-nested.json', N, pd.json_normalize(N))
js('json-path.json', {'meta': {'n': 3}, 'data': {'rows': R}}, pd.json_normalize(R), {'path': 'data.rows'})
js('json-found.json', {'meta': {'tags': ['p']}, 'result': R}, pd.json_normalize(R))
js('json-columns.json', {'a': [1, 2, 3], 'b': ['x', 'y', 'z']}, pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', 'z']}))
js('json-pandas.json', pd.DataFrame(R).to_json(), pd.DataFrame(R))
js('json-lists.json', [[1, 'x'], [2, 'y']], pd.DataFrame({'column1': [1, 2], 'column2': ['x', 'y']}))
js('json-values.json', [1.5, 2.5, 3.5], pd.DataFrame({'value': [1.5, 2.5, 3.5]}))
js('json-missing-keys.json', [{'a': 1}, {'b': 2}, {'a': 3, 'b': 4}], pd.DataFrame({'a': [1, None, 3], 'b': [None, 2, 4]}))
js('json-booleans.json', [{'a': True}, {'a': False}], pd.DataFrame({'a': [True, False]}))
js('json-dates.json', [{'t': '2024-01-01', 'v': 1}, {'t': '2024-01-02', 'v': 2}], pd.DataFrame({'t': pd.to_datetime(['2024-01-01', '2024-01-02']), 'v': [1, 2]}))
js('json-unicode.json', [{'名': '北京'}, {'名': 'Zürich'}], pd.DataFrame({'名': ['北京', 'Zürich']}))
js('json-mixed.json', [{'a': 1}, {'a': 'x'}], pd.DataFrame({'a': ['1', 'x']}))
js('json-empty-record.json', [{'a': 1}, {}, {'a': 2}], pd.DataFrame({'a': [1, 2]}), dropped=1)
js('lines-records.jsonl', R, pd.json_normalize(R), lines=True)
js('lines-nested.ndjson', N, pd.json_normalize(N), lines=True)
js('lines-without-name.data', R, pd.json_normalize(R), lines=True)
write('json-utf16.json', json.dumps(R).encode('utf-16'))
add('json-utf16.json', pd.json_normalize(R))
bad('json-broken.json', '[{"a": 1}, {"a": ', 'data/unreadable', 'The file is not JSON')
bad('json-no-path.json', json.dumps({'a': {'b': R}}), 'data/unknown-column', 'There is nothing at "a.c"', {'path': 'a.c'})
bad('json-nothing.json', '[]', 'data/empty', 'The file holds no records')
bad('lines-broken.jsonl', '{"a": 1}\n{"a": \n', 'data/unreadable', 'This line is not JSON')

# NumPy
def npy(name, array, frame, source=None):
    np.save(os.path.join(OUT, name), array)
    add(name, frame, source)


def long(x, y=None):
    n, t, f = x.shape
    frame = pd.DataFrame(x.reshape(n * t, f), columns=[f'f{i}' for i in range(f)])
    frame.insert(0, 'series', np.repeat(np.arange(n), t))
    frame.insert(1, 'step', np.tile(np.arange(t), n))
    if y is not None:
        frame['label'] = y.reshape(-1) if y.size == n * t else np.repeat(y, t)
    return frame


X = np.arange(24).reshape(2, 4, 3)
for kind in ('f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u4', '>f4', '>i2', '>f8'):
    npy(f'array-{kind.replace(">", "big-")}.npy', X.astype(kind), long(X.astype(kind).astype('f8' if 'f' in kind else 'i8')))
npy('array-fortran.npy', np.asfortranarray(X.astype('f4')), long(X.astype('f8')))
npy('array-matrix.npy', X[0].astype('f4'), pd.DataFrame(X[0].astype('f8'), columns=['f0', 'f1', 'f2']))
npy('array-matrix-rows.npy', X[0].astype('f4'), long(X[0].astype('f8')[:, :, None]), {'shape': 'rows'})
npy('array-vector.npy', np.array([1.5, np.nan, 2.5]), pd.DataFrame({'value': [1.5, None, 2.5]}))
npy('array-boolean.npy', np.array([True, False]), pd.DataFrame({'value': [True, False]}))
npy('array-text.npy', np.array(['a', 'béta']), pd.DataFrame({'value': ['a', 'béta']}))
npy('array-dates.npy', np.array(['2024-01-01', '2024-01-02'], dtype='M8[D]'), pd.DataFrame({'value': pd.to_datetime(['2024-01-01', '2024-01-02'])}))
npy('array-large.npy', np.array([2**60, 1]), pd.DataFrame({'value': [str(2**60), '1']}))
np.savez(os.path.join(OUT, 'labels.npz'), x=X.astype('f4'), y=np.array([0, 1]))
add('labels.npz', long(X.astype('f8'), np.array([0, 1])))
np.savez_compressed(os.path.join(OUT, 'labels-steps.npz'), data=X.astype('f4'), labels=np.arange(8).reshape(2, 4), other=np.zeros(3))
add('labels-steps.npz', long(X.astype('f8'), np.arange(8).reshape(2, 4)))
np.savez(os.path.join(OUT, 'chosen.npz'), x=X.astype('f4'), z=-X.astype('f4'))
add('chosen.npz', long(-X.astype('f8')), {'path': 'z', 'labels': ''})
np.savez(os.path.join(OUT, 'series.npz'), x=X[0].astype('f4'), y=np.array([0, 1, 0, 1]))
add('series.npz', long(X[0].astype('f8')[:, :, None], np.array([0, 1, 0, 1])))
np.save(os.path.join(OUT, 'array-object.npy'), np.array([{'a': 1}], dtype=object))
add('array-object.npy', ('data/unreadable', 'The array holds values of the kind "|O"'))
whole = open(os.path.join(OUT, 'array-f4.npy'), 'rb').read()
bad('array-cut.npy', whole[:-5], 'data/unreadable', 'The array cannot be read: its 24 values need')
bad('array-no-array.npz', open(os.path.join(OUT, 'labels.npz'), 'rb').read()[:-30], 'data/unreadable', 'it has no directory')

# HDF5
with h5py.File(os.path.join(OUT, 'sequences.h5'), 'w') as file:
    file.create_group('train')['x'] = X.astype('f4')
    file['train']['y'] = np.array([0, 1])
    file['test/x'] = -X.astype('f8')
    file['names'] = np.array(['a', 'b', 'c'], dtype=h5py.string_dtype())
add('sequences.h5 first', long(X.astype('f8'), np.array([0, 1])), {'path': 'train/x'}, path='sequences.h5')
add('sequences.h5 chosen', long(-X.astype('f8')), {'path': 'test/x', 'labels': ''}, path='sequences.h5')
add('sequences.h5 texts', pd.DataFrame({'value': ['a', 'b', 'c']}), {'path': 'names', 'labels': ''}, path='sequences.h5')
add('sequences.h5 missing', ('data/unknown-column', 'There is no array "nowhere"'), {'path': 'nowhere'}, path='sequences.h5')
with h5py.File(os.path.join(OUT, 'packed.hdf5'), 'w') as file:
    file.create_dataset('m', data=X[0].astype('>f4'), compression='gzip', chunks=(2, 2))
add('packed.hdf5', pd.DataFrame(X[0].astype('f8'), columns=['f0', 'f1', 'f2']))
bad('cut.h5', open(os.path.join(OUT, 'sequences.h5'), 'rb').read()[:700], 'data/unreadable', 'The HDF5 file cannot be read')

# Text
write('lines.txt', 'one line\n\nanother, with a comma\r\nthe last')
add('lines.txt', pd.DataFrame({'text': ['one line', 'another, with a comma', 'the last']}), dropped=1)
write('lines-chinese.txt', '第一行的文字\n第二行的文字\n'.encode('gb18030'))
add('lines-chinese.txt', pd.DataFrame({'text': ['第一行的文字', '第二行的文字']}))
for name, text in (('good/1.txt', 'fine\nday'), ('good/2.txt', 'nice'), ('bad/1.txt', 'rain')):
    write(f'classes/{name}', text)
add('classes', pd.DataFrame({'file': ['bad/1.txt', 'good/1.txt', 'good/2.txt'], 'text': ['rain', 'fine\nday', 'nice'], 'label': ['bad', 'good', 'good']}))
write('documents/b.txt', 'second')
write('documents/a.txt', 'first')
write('documents/c.txt', ' ')
add('documents', pd.DataFrame({'file': ['a.txt', 'b.txt'], 'text': ['first', 'second']}), dropped=1)

# Folders, gzip, zip
for i in (1, 2, 10):
    write(f'folder/s{i}.csv', f't,v\n1,{i}.5\n2,{i * 2}\n')
F = pd.DataFrame({'series': ['s1', 's1', 's2', 's2', 's10', 's10'], 't': [1, 2] * 3, 'v': [1.5, 2, 2.5, 4, 10.5, 20]})
add('folder', F)
write('uneven/a.csv', 't,v\n1,2\n')
write('uneven/b.csv', 't,w\n1,2\n')
add('uneven', ('data/ragged-rows', 'The file has no column "v", which "a.csv" has'))
write('types/a.csv', 't,v\n1,2\n2,3\n')
write('types/b.csv', 'v,t\nx,1\ny,2\n')
add('types', pd.DataFrame({'series': ['a', 'a', 'b', 'b'], 't': [1, 2, 1, 2], 'v': ['2', '3', 'x', 'y']}))
SMALL = 'a,b\n1,x\n2,y\n'
S = pd.read_csv(io.StringIO(SMALL))
write('small.csv.gz', gzip.compress(SMALL.encode(), mtime=0))
add('small.csv.gz', S)
write('records.jsonl.gz', gzip.compress('\n'.join(map(json.dumps, R)).encode(), mtime=0))
add('records.jsonl.gz', pd.json_normalize(R))
write('array.npy.gz', gzip.compress(whole, mtime=0))
add('array.npy.gz', long(X.astype('f8')))
write('utf16.csv.gz', gzip.compress(LATIN.format(d=';').encode('utf-16'), mtime=0))
add('utf16.csv.gz', pd.read_csv(io.StringIO(LATIN.format(d=';')), sep=';'))
bad('cut.csv.gz', gzip.compress(SMALL.encode() * 50, mtime=0)[:-12], 'data/unreadable', 'The archive is damaged')


def packed(name, files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', method) as archive:
        for inner, data in files:
            archive.writestr(zipfile.ZipInfo(inner, (2024, 1, 1, 0, 0, 0)), data, method)
    write(name, buffer.getvalue())


packed('one.zip', [('small.csv', SMALL)])
add('one.zip', S)
packed('stored.zip', [('small.csv', SMALL)], zipfile.ZIP_STORED)
add('stored.zip', S)
packed('many.zip', [(f's{i}.csv', f't,v\n1,{i}.5\n2,{i * 2}\n') for i in (1, 2, 10)])
add('many.zip', F)
packed('entry.zip', [('a.csv', SMALL), ('b.json', json.dumps(R))])
add('entry.zip', pd.json_normalize(R), {'entry': 'b.json'})
packed('inner.zip', [('small.csv.gz', gzip.compress(SMALL.encode(), mtime=0))])
add('inner.zip', S)
packed('climbing.zip', [('../../evil.csv', SMALL)])
add('climbing.zip', ('data/unsafe-archive', 'leads out of the archive'))
packed('absolute.zip', [('/etc/evil.csv', SMALL)])
add('absolute.zip', ('data/unsafe-archive', 'leads out of the archive'))
write('bomb.csv.gz', gzip.compress(b'0' * (300 << 20), mtime=0))
add('bomb.csv.gz', ('data/unsafe-archive', 'it unpacks to more than 200 times its size'))
packed('nothing.zip', [])
add('nothing.zip', ('data/empty', 'The archive holds no files'))

# Excel, written by hand: a workbook is a zip archive of XML.
def workbook(name, sheets):
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

    def xml_cell(ref, value):
        if value is None:
            return ''
        if isinstance(value, bool):
            return f'<c r="{ref}" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, tuple):
            return f'<c r="{ref}" s="1"><v>{value[0]}</v></c>'
        if isinstance(value, (int, float)):
            return f'<c r="{ref}"><v>{value}</v></c>'
        return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'

    files = [('[Content_Types].xml', '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'),
             ('_rels/.rels', f'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
             ('xl/workbook.xml', f'<?xml version="1.0"?><workbook {ns} xmlns:r="{rel}"><sheets>' + ''.join(f'<sheet name="{s}" sheetId="{i + 1}" r:id="rId{i + 1}"/>' for i, (s, _) in enumerate(sheets)) + '</sheets></workbook>'),
             ('xl/_rels/workbook.xml.rels', '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + ''.join(f'<Relationship Id="rId{i + 1}" Type="{rel}/worksheet" Target="worksheets/sheet{i + 1}.xml"/>' for i in range(len(sheets))) + f'<Relationship Id="rId99" Type="{rel}/styles" Target="styles.xml"/></Relationships>'),
             ('xl/styles.xml', f'<?xml version="1.0"?><styleSheet {ns}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>')]
    for i, (_, grid) in enumerate(sheets):
        body = ''.join(f'<row r="{r + 1}">' + ''.join(xml_cell(f'{"ABCDEFG"[c]}{r + 1}', v) for c, v in enumerate(line)) + '</row>' for r, line in enumerate(grid))
        files.append((f'xl/worksheets/sheet{i + 1}.xml', f'<?xml version="1.0"?><worksheet {ns}><dimension ref="A1:G{len(grid)}"/><sheetData>{body}</sheetData></worksheet>'))
    packed(name, files)


GRID = [['day', 'name', 'count', 'ok'], [(45292,), 'x', 1.5, True], [(45293,), 'y', None, False]]
G = pd.DataFrame({'day': pd.to_datetime(['2024-01-01', '2024-01-02']), 'name': ['x', 'y'], 'count': [1.5, None], 'ok': [True, False]})
workbook('book.xlsx', [('First', GRID), ('2024', [['a'], [1], [2]])])
add('book.xlsx', G)
add('book.xlsx sheet', pd.DataFrame({'a': [1, 2]}), {'sheet': '2024'}, path='book.xlsx')
add('book.xlsx missing sheet', ('data/unknown-column', 'There is no sheet "Third" in the workbook'), {'sheet': 'Third'}, path='book.xlsx')
workbook('numbers.xlsx', [('S', [[1, 2.5], [3, 4.5]])])
add('numbers.xlsx', pd.DataFrame({'column1': [1, 3], 'column2': [2.5, 4.5]}))
workbook('margins.xlsx', [('S', [[None, 'a', 'b'], [None, 1, 2], [None, None, None], [None, 3, 4]])])
add('margins.xlsx', pd.DataFrame({'a': [1, 3], 'b': [2, 4]}), dropped=1)
workbook('texts.xlsx', [('S', [['code', 'v'], ['007', 1], ['12', 2]])])
add('texts.xlsx', pd.DataFrame({'code': ['007', '12'], 'v': [1, 2]}))
bad('error-old.xls', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest', 'data/not-text', 'it is an old Excel workbook')

# Shapes
L = pd.DataFrame({'station': ['a'] * 4 + ['b'] * 4, 'day': [1, 1, 2, 2] * 2, 'variable': ['rain', 'wind'] * 4, 'value': [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5]})
P = L.pivot(index=['station', 'day'], columns='variable', values='value').reset_index()
csv('long.csv', L.to_csv(index=False))
cases[-1]['table'] = table(P)
csv('long-as-it-is.csv', L.to_csv(index=False), source={'shape': 'wide'})
csv('long-twice.csv', L.to_csv(index=False) + 'a,1,rain,9.5\n')
Q = pd.DataFrame({'label': ['up', 'down'], 'values': ['1 2 3.5', '3 2 1.5']})
E = pd.DataFrame({'sequence': [0, 0, 0, 1, 1, 1], 'step': [0, 1, 2] * 2, 'label': ['up'] * 3 + ['down'] * 3, 'values': [1, 2, 3.5, 3, 2, 1.5]})
csv('rows.csv', Q.to_csv(index=False))
cases[-1]['table'] = table(E)
js('rows.json', [{'label': 'up', 'values': [1, 2, 3.5]}, {'label': 'down', 'values': [3, 2, 1.5]}], E)
csv('rows-uneven.csv', 'label,values\nup,1 2\ndown,1 2 3\n')
cases[-1]['table'] = table(pd.DataFrame({'sequence': [0, 0, 1, 1, 1], 'step': [0, 1, 0, 1, 2], 'label': ['up'] * 2 + ['down'] * 3, 'values': [1.0, 2, 1, 2, 3]}))
csv('rows-places.csv', 'place,v\n"48.85, 2.35",1\n"41.9, 12.5",2\n')
bad('rows-torn.csv', 'a,b\n1 2,1 2 3\n', 'data/ragged-rows', 'The sequences of a row have different lengths')

with open('corpus.json', 'w', encoding='utf-8') as file:
    json.dump({'pandas': pd.__version__, 'numpy': np.__version__, 'h5py': h5py.__version__, 'cases': cases}, file, ensure_ascii=False, indent=1)
print(len(cases), 'cases')
