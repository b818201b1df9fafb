import type { ExecutionDetails } from '../../../../api/types';
import { isEnded } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { OutputView } from '../node/OutputView';
import classes from './OutputsTab.module.css';

interface Props {
  execution: ExecutionDetails;
  graph: Graph | undefined;
}

/** What the execution gave: the outputs of the nodes at its ends. */
export default function OutputsTab({ execution, graph }: Props) {
  const outputs = Object.entries(execution.outputs ?? {});
  if (outputs.length === 0)
    return <p className={classes.none}>{isEnded(execution.status) ? 'This execution gave no output.' : 'No node at an end of the graph is done yet.'}</p>;
  return (
    <div className={classes.outputs}>
      {outputs.map(([id, output]) => (
        <section key={id} className={classes.one}>
          <h3 className={classes.title}>{graph?.nodes.find((node) => node.id === id)?.label ?? id}</h3>
          <OutputView output={output} />
        </section>
      ))}
    </div>
  );
}
