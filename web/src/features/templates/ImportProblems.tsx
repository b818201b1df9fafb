import { Modal } from '@mantine/core';
import { FileWarning } from 'lucide-react';
import { plural } from '../../shared/format';
import classes from './ImportProblems.module.css';
import type { ImportFailure } from './useImport';

interface Props {
  failures: readonly ImportFailure[];
  close: () => void;
}

/** Lists what is wrong with files that were not imported, so that their author can mend them. */
export function ImportProblems({ failures, close }: Props) {
  return (
    <Modal opened onClose={close} size="lg" title={`${plural(failures.length, 'file was', 'files were')} not imported`}>
      {failures.map((failure) => (
        <section key={failure.file} className={classes.file}>
          <h3 className={classes.name}><FileWarning size={16} aria-hidden /> {failure.file}</h3>
          {failure.errors.length === 0 ? <p className={classes.detail}>{failure.detail}</p> : null}
          <ol className={classes.errors}>
            {failure.errors.map((error, index) => (
              <li key={index} className={classes.error}>
                <p className={classes.what}>{error.detail}</p>
                <p className={classes.expected}>Expected: {error.expected}</p>
                <p className={classes.where}>
                  {error.node_id ? <>node <b>{error.node_id}</b> · </> : null}
                  {error.edge_id ? <>edge <b>{error.edge_id}</b> · </> : null}
                  <code>{error.pointer || '/'}</code>
                </p>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </Modal>
  );
}
