import { PageHead } from '../../shared/PageHead';
import { HealthCard } from './HealthCard';
import { IndexesCard } from './IndexesCard';
import classes from './OperationsPage.module.css';
import { PartitionsCard } from './PartitionsCard';
import { RetentionCard } from './RetentionCard';
import { WorkersCard } from './WorkersCard';

/** Who works, and what keeps the database in good order. */
export function OperationsPage() {
  return (
    <div className={classes.page}>
      <PageHead title="Operations" subtitle="Does the server work, who works for it, and is its database in good order" />
      <div className={classes.content}>
        <div className={classes.pair}>
          <HealthCard />
          <PartitionsCard />
        </div>
        <WorkersCard />
        <RetentionCard />
        <IndexesCard />
      </div>
    </div>
  );
}
