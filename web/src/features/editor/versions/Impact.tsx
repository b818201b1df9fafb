import { Button, Checkbox, Loader, NumberInput, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../../api/client';
import type { ContinueReport, ImpactReport, ImpactRequest } from '../../../api/types';
import { formatCost, formatCount, plural } from '../../../shared/format';
import { LoadError } from '../../../shared/LoadError';
import { newKey } from '../../../shared/newKey';
import { Link } from '../../../shared/routing';
import { toastError } from '../../../shared/toast';
import { labelOf } from '../model/draft';
import { useEditor } from '../store';
import classes from './Impact.module.css';

type Status = 'failed' | 'paused';

interface Props {
  templateId: string;
  /** The version, or the drawing as it is now. */
  of: Pick<ImpactRequest, 'version' | 'template'>;
}

/** What a version would do for the executions that have failed or are paused, and a button that lets them go on with it. */
export function Impact({ templateId, of }: Props) {
  const client = useQueryClient();
  const [statuses, setStatuses] = useState<readonly Status[]>(['failed', 'paused']);
  const request = { ...of, statuses: [...statuses] };
  const { data, error, refetch } = useQuery({
    queryKey: ['template', templateId, 'impact', request],
    queryFn: () => unwrap(api.POST('/api/templates/{id}/impact', { params: { path: { id: templateId } }, body: request })),
    enabled: statuses.length > 0,
    gcTime: 0,
  });
  const [limit, setLimit] = useState<number>();
  const [report, setReport] = useState<ContinueReport>();
  const goOn = useMutation({
    mutationFn: async (max_cost_usd: number) => {
      // One key for this click: what has gone on goes on once, however often it is asked for.
      const key = newKey();
      for (let done = false; !done;) {
        const next = await unwrap(api.POST('/api/templates/{id}/continue', {
          params: { path: { id: templateId }, header: { 'Idempotency-Key': key } }, body: { ...request, max_cost_usd, reason: 'Goes on with another version' },
        }));
        setReport(next);
        done = next.is_done;
      }
    },
    onError: toastError,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['executions'] });
      void refetch();
    },
  });
  if (error) return <LoadError error={error} retry={() => void refetch()} />;
  // A little more than is expected, for what costs more than the last time.
  const proposed = data ? Math.ceil(data.cost_usd * 110) / 100 : 0;
  const toggle = (status: Status) => setStatuses(statuses.includes(status) ? statuses.filter((one) => one !== status) : [...statuses, status]);

  return (
    <section className={classes.impact} aria-label="Impact">
      <div className={classes.choice}>
        <Checkbox size="xs" label={`Failed${data && statuses.includes('failed') ? ` (${formatCount(data.failed)})` : ''}`} checked={statuses.includes('failed')} onChange={() => toggle('failed')} />
        <Checkbox size="xs" label={`Paused${data && statuses.includes('paused') ? ` (${formatCount(data.paused)})` : ''}`} checked={statuses.includes('paused')} onChange={() => toggle('paused')} />
        <Link to="/executions" search={{ template: templateId, status: 'failed' }} target="_blank" className={classes.link}>Show the failed ones</Link>
      </div>
      {data ? <Forecast data={data} /> : statuses.length > 0 ? <Loader size="sm" /> : <p className={classes.none}>Choose which executions.</p>}
      {data && data.executions > 0 ? (
        <form
          className={classes.act}
          onSubmit={(event) => {
            event.preventDefault();
            goOn.mutate(limit ?? proposed);
          }}
        >
          <NumberInput size="xs" label="Cost limit" prefix="$" min={0} decimalScale={6} value={limit ?? proposed} onChange={(value) => setLimit(typeof value === 'number' ? value : undefined)} />
          <Button type="submit" size="xs" loading={goOn.isPending} leftSection={<RotateCw size={14} aria-hidden />}>{`Let ${plural(data.executions, 'execution')} go on`}</Button>
        </form>
      ) : null}
      {report ? (
        <p className={classes.report} role="status">
          {plural(report.continued, 'execution')} went on, {formatCount(report.left)} left.
          {report.is_limited ? ` The next one could have passed the limit of ${formatCost(limit ?? proposed)}.` : ''} Spent or under way: {formatCost(report.cost_usd)}.
        </p>
      ) : null}
    </section>
  );
}

function Forecast({ data }: { data: ImpactReport }) {
  const editor = useEditor();
  const labels = new Map(editor.store.getState().draft.nodes.map((node) => [node.id, labelOf(node)]));
  if (data.executions === 0 && data.left_out === 0) return <p className={classes.none}>No execution has stopped that could go on with it.</p>;
  return (
    <>
      <p className={classes.sum}>
        <strong>{plural(data.executions, 'execution')}</strong> could go on with it, for about <strong>{formatCost(data.cost_usd)}</strong> by what these nodes have cost before.
        {data.left_out > 0 ? ` ${plural(data.left_out, 'more', 'more')} cannot: ${data.items.find((item) => item.obstacle !== null)?.obstacle ?? ''}` : ''}
        {data.not_examined > 0 ? ` ${formatCount(data.not_examined)} more were not looked at.` : ''}
      </p>
      {data.nodes.length > 0 ? (
        <Table className={classes.nodes} aria-label="The nodes that would run">
          <Table.Thead><Table.Tr><Table.Th>Runs again</Table.Th><Table.Th>In executions</Table.Th><Table.Th>Times</Table.Th><Table.Th>Cost</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {data.nodes.map((node) => (
              <Table.Tr key={node.node_id}>
                <Table.Td>{labels.get(node.node_id) ?? node.node_id}</Table.Td>
                <Table.Td>{formatCount(node.executions)}</Table.Td>
                <Table.Td>{formatCount(Math.round(node.runs))}</Table.Td>
                <Table.Td>{node.is_cost_known ? formatCost(node.cost_usd) : 'not known yet'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
    </>
  );
}
