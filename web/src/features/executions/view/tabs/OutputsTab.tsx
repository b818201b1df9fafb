import { Button } from '@mantine/core';
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import type { ExecutionDetails } from '../../../../api/types';
import { isEnded } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { JsonView } from '../../../../shared/JsonView';
import { LoadError } from '../../../../shared/LoadError';
import { isDrawing } from '../../../../shared/nodeKinds';
import type { Runs } from '../../model/runs';
import { documentsQuery, jobQuery } from '../../queries';
import { Deliverables } from '../output/Deliverables';
import { OutputView } from '../output/OutputView';
import classes from './OutputsTab.module.css';

interface Props {
  execution: ExecutionDetails;
  graph: Graph | undefined;
  runs: Runs;
}

/** What the execution gave: first the documents and pictures that were made, then the outputs of the nodes at its ends. */
export default function OutputsTab({ execution, graph, runs }: Props) {
  const documents = useInfiniteQuery(documentsQuery(execution.id));
  const ends = (graph?.nodes ?? []).filter((node) => (
    node.parentId === undefined && !isDrawing(node.type) && runs.get(node.id)?.hasOutput && !graph!.edges.some((edge) => edge.source === node.id)
  ));
  const jobs = useQueries({ queries: ends.map((node) => jobQuery(execution.id, node.id)) });
  const made = documents.data?.pages.flatMap((page) => page.items) ?? [];
  const isSettled = documents.data !== undefined && jobs.every((job) => !job.isPending);
  if (documents.error && !documents.data) return <LoadError error={documents.error} retry={() => void documents.refetch()} />;
  if (isSettled && made.length === 0 && ends.length === 0)
    return <p className={classes.none}>{isEnded(execution.status) ? 'This execution has no output.' : 'No output yet. It comes from the nodes at the end of the workflow.'}</p>;
  return (
    <div className={classes.outputs}>
      <Deliverables made={made} />
      {documents.hasNextPage ? <Button variant="default" size="xs" className={classes.more} loading={documents.isFetchingNextPage} onClick={() => void documents.fetchNextPage()}>Show more documents</Button> : null}
      {ends.map((node, index) => {
        const output = jobs[index]?.data?.output;
        return output == null ? null : (
          <section key={node.id} className={classes.one}>
            <h3 className={classes.title}>{node.label}</h3>
            {made.length > 0 ? <details className={classes.json}><summary>JSON</summary><JsonView value={output} /></details> : <OutputView output={output} />}
          </section>
        );
      })}
    </div>
  );
}
