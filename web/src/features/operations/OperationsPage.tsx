import { PageHead } from '../../shared/PageHead';
import { HealthCard } from './HealthCard';
import { IndexesCard } from './IndexesCard';
import classes from './OperationsPage.module.css';
import { PartitionsCard } from './PartitionsCard';
import { RetentionCard } from './RetentionCard';

/** What keeps the database in good order. */
export function OperationsPage() {
  return (
    <div className={classes.page}>
      <PageHead title="Operations" subtitle="Whether the server works, and what keeps its database small and quick" />
      <div className={classes.content}>
        <div className={classes.pair}>
          <HealthCard />
          <PartitionsCard />
        </div>
        <RetentionCard />
        <IndexesCard />
      </div>
    </div>
  );
}
