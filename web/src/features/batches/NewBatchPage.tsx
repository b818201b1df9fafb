import { Button, FileButton, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FileUp, Play, X } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { isObject } from '../../api/json';
import { formatCount, plural } from '../../shared/format';
import { LoadError } from '../../shared/LoadError';
import { PageHead } from '../../shared/PageHead';
import { useNavigate, useSearch } from '../../shared/routing';
import { templateQuery, useTemplateNames } from '../templates/queries';
import { cellOf } from './BatchPage';
import classes from './Batches.module.css';
import { checkUpload, startBatch, type BatchPreview, type Upload } from './queries';
import { longestShown, mediaTypeOf } from './upload';

const route = { from: '/batches/new' } as const;

/** Asks for the rows of a batch, shows what would become of them, and starts it. */
export function NewBatchPage() {
  const { template: templateId } = useSearch(route);
  const navigate = useNavigate(route);
  const names = useTemplateNames();
  const [file, setFile] = useState<File | null>(null);
  const [text, setText] = useState('');
  const [map, setMap] = useState<Record<string, string | null>>();
  const [maxParallel, setMaxParallel] = useState<number | string>(10);
  const [maxCost, setMaxCost] = useState<number | string>('');
  const [name, setName] = useState('');
  // One key for this page: a start that is sent twice starts once.
  const [key] = useState(() => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(''));
  const client = useQueryClient();
  const template = useQuery({ ...templateQuery(templateId ?? ''), enabled: templateId !== undefined }).data;
  const params = isObject(template?.default_params_json) ? Object.keys(template.default_params_json) : [];
  const isShown = file === null || file.size <= longestShown;
  const shown = useDeferredValue(text);
  const body = useMemo(() => {
    if (file && file.size > longestShown) return new Blob([file], { type: mediaTypeOf(file.name, '') });
    return shown.trim() === '' ? null : new Blob([shown], { type: mediaTypeOf(file?.name, shown) });
  }, [file, shown]);
  const upload: Upload | null = templateId !== undefined && body !== null ? { templateId, body, map } : null;
  const check = useQuery({
    queryKey: ['batch-check', templateId, isShown ? shown : [file?.name, file?.size, file?.lastModified], map],
    queryFn: () => checkUpload(upload!),
    enabled: upload !== null,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  const preview = upload === null ? undefined : check.data;
  const start = useMutation({
    mutationFn: () => startBatch(upload!, { name: name.trim() || file?.name, maxParallel: Number(maxParallel) || 10, maxCostUsd: maxCost === '' ? undefined : Number(maxCost) }, key),
    onSuccess: async ({ id }) => {
      void client.invalidateQueries({ queryKey: ['batches'] });
      await navigate({ to: '/batches/:batchId', params: { batchId: id } });
    },
  });
  const give = async (next: File | null) => {
    setFile(next);
    setMap(undefined);
    setText(next && next.size <= longestShown ? await next.text() : '');
  };
  const isReady = preview !== undefined && preview.error_count === 0 && !check.isPlaceholderData && shown === text;

  return (
    <div className={classes.page}>
      <PageHead title="Run many" subtitle="A workflow for each row of a list" />
      <form
        className={classes.columns} noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) start.mutate();
        }}
      >
        <section className={classes.form} aria-label="The rows">
          <Select
            label="Workflow" searchable data={[...names].map(([value, label]) => ({ value, label }))} value={templateId ?? null} nothingFoundMessage="No such workflow"
            onChange={(next) => {
              setMap(undefined);
              void navigate({ search: { template: next ?? undefined }, replace: true });
            }}
          />
          <div className={classes.file}>
            <FileButton onChange={(next) => void give(next)} accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson" inputProps={{ 'aria-label': 'File with the rows' }}>
              {(props) => <Button variant="default" leftSection={<FileUp size={16} aria-hidden />} {...props}>Choose a file</Button>}
            </FileButton>
            {file ? <Button variant="subtle" color="gray" rightSection={<X size={14} aria-hidden />} onClick={() => void give(null)} aria-label={`Leave out ${file.name}`}>{file.name}</Button> : <span className={classes.hint}>CSV, JSON lines or JSON, up to 100,000 rows</span>}
          </div>
          {isShown ? (
            <Textarea
              label="Rows" description={params.length > 0 ? `The first line of CSV names the params: ${params.join(', ')}` : 'The first line of CSV names the params'}
              placeholder={params.length > 0 ? `${params.join(',')}\n…` : 'topic,tone\ntea,friendly'} autosize minRows={8} maxRows={22} value={text} onChange={(event) => setText(event.currentTarget.value)}
              classNames={{ input: classes.text }} spellCheck={false}
            />
          ) : null}
          {preview && preview.columns.length > 0 ? <Columns preview={preview} params={params} change={(column, param) => setMap({ ...(map ?? Object.fromEntries(preview.columns.map((one) => [one.name, one.param ?? null]))), [column]: param })} /> : null}
        </section>
        <section className={classes.form} aria-label="What will run">
          {check.error && upload ? <LoadError error={check.error} retry={() => void check.refetch()} /> : null}
          {preview ? <Preview preview={preview} /> : <p className={classes.none}>{templateId === undefined ? 'Choose a workflow.' : 'Choose a file or paste rows; what would run shows here.'}</p>}
          <div className={classes.limits}>
            <NumberInput label="Rows at once" min={1} max={1_000} value={maxParallel} onChange={setMaxParallel} />
            <NumberInput label="Cost limit" description="US dollars, all rows together" placeholder="No limit" min={0} decimalScale={4} value={maxCost} onChange={setMaxCost} />
            <TextInput label="Name" placeholder={file?.name ?? template?.name ?? ''} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          </div>
          {start.error ? <LoadError error={start.error} retry={() => start.mutate()} /> : null}
          <Button type="submit" className={classes.submit} loading={start.isPending} disabled={!isReady} leftSection={<Play size={15} fill="currentColor" aria-hidden />}>
            {isReady ? `Run ${plural(preview.rows_total, 'row')}` : 'Run'}
          </Button>
        </section>
      </form>
    </div>
  );
}

function Columns({ preview, params, change }: { preview: BatchPreview; params: readonly string[]; change: (column: string, param: string | null) => void }) {
  return (
    <fieldset className={classes.set}>
      <legend>Columns</legend>
      {preview.columns.map((column) => (
        <div key={column.name} className={classes.column}>
          <span className={classes.name}>{column.name}</span>
          <Select
            size="xs" aria-label={`Param of ${column.name}`} placeholder="Left out" clearable clearButtonProps={{ 'aria-label': `Leave out ${column.name}` }} value={column.param ?? null}
            data={[...new Set([...params, column.name])]} onChange={(param) => change(column.name, param)}
          />
          <span className={classes.hint}>{column.param && params.includes(column.param) ? column.type : column.param ? 'new' : ''}</span>
        </div>
      ))}
    </fieldset>
  );
}

function Preview({ preview }: { preview: BatchPreview }) {
  const names = preview.columns.flatMap((column) => (column.param ? [column.param] : []));
  return (
    <>
      {preview.error_count > 0 ? (
        <div className={classes.wrong} role="alert">
          <strong>{preview.error_count === 1 ? 'One thing is' : `${formatCount(preview.error_count)} things are`} wrong; nothing starts before {preview.error_count === 1 ? 'it is' : 'they are'} corrected.</strong>
          <ul>{preview.errors.map((error) => <li key={error.pointer + error.detail}>{error.detail}</li>)}</ul>
        </div>
      ) : <p className={classes.good} role="status">{plural(preview.rows_total, 'row')}, all of them right.</p>}
      {preview.rows.length > 0 && names.length > 0 ? (
        <div className={classes.scroll}>
          <table className={classes.table} aria-label="First rows">
            <thead><tr><th scope="col">{preview.rows[0]?.line != null ? 'Line' : 'Row'}</th>{names.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
            <tbody>
              {preview.rows.map((row) => (
                <tr key={row.number} data-wrong={!row.is_valid || undefined}>
                  <td className={classes.number}>{row.line ?? row.number}</td>
                  {names.map((name) => <td key={name} className={classes.value}>{cellOf((row.params as Record<string, unknown>)[name])}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </>
  );
}
