import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Archive, ArchiveRestore, CopyPlus, Download, EllipsisVertical, ListVideo, PencilRuler, Play, Rows3, Trash2, Zap } from 'lucide-react';
import { useMemo, useState } from 'react';
import { api, unwrap } from '../../api/client';
import type { TemplateSummary } from '../../api/types';
import { GraphThumbnail } from '../../graph/GraphThumbnail';
import { openUp } from '../../graph/layout';
import { readGraph } from '../../graph/model';
import { useNow } from '../../shared/clock';
import { formatAgo, formatCount, plural } from '../../shared/format';
import { isDrawing } from '../../shared/nodeKinds';
import { Menu, MenuItem, MenuLine } from '../../shared/Menu';
import { Link } from '../../shared/routing';
import { StatusBadge } from '../../shared/StatusBadge';
import { useChange } from '../../shared/useChange';
import { useSeen } from '../../shared/useSeen';
import classes from './TemplateCard.module.css';
import { saveAsFile, toFile } from './file';
import { templateQuery } from './queries';
import { hasRun, RemoveTemplate } from './RemoveTemplate';
import { tagsOf } from './tags';

interface Props {
  template: TemplateSummary;
  run: () => void;
}

export function TemplateCard({ template, run }: Props) {
  const [ref, isSeen] = useSeen<HTMLLIElement>();
  const { data } = useQuery({ ...templateQuery(template.id), enabled: isSeen });
  const graph = useMemo(() => (data ? openUp(readGraph(data.nodes_json, data.edges_json)) : null), [data]);
  const [isRemoving, setRemoving] = useState(false);
  const now = useNow(false);
  const isKept = hasRun(template);
  const copy = `${template.name} (copy)`;
  const duplicate = useChange('templates', () => unwrap(api.POST('/api/templates', { body: toFile({ ...data!, name: copy }) })), () => `Created ${copy}`);
  const restore = useChange('templates', () => unwrap(api.POST('/api/templates/{id}/restore', { params: { path: { id: template.id } } })), () => `${template.name} is back in the library`);

  return (
    <li ref={ref} className={classes.card}>
      <Link to="/templates/:templateId" params={{ templateId: template.id }} className={classes.picture} tabIndex={-1} aria-hidden>
        {graph ? <GraphThumbnail graph={graph} /> : null}
      </Link>
      <div className={classes.body}>
        <div className={classes.head}>
          <h2 className={classes.name}><Link to="/templates/:templateId" params={{ templateId: template.id }}>{template.name}</Link></h2>
          <Menu width={210} target={<ActionIcon variant="subtle" color="gray" aria-label={`More for ${template.name}`}><EllipsisVertical size={17} /></ActionIcon>}>
            <MenuItem icon={<PencilRuler size={15} />} link={(props) => <Link to="/templates/:templateId" params={{ templateId: template.id }} {...props} />}>Edit</MenuItem>
            <MenuItem icon={<Rows3 size={15} />} link={(props) => <Link to="/batches/new" search={{ template: template.id }} {...props} />}>Run many</MenuItem>
            <MenuItem icon={<ListVideo size={15} />} link={(props) => <Link to="/executions" search={{ template: template.id }} {...props} />}>Its executions</MenuItem>
            <MenuItem icon={<Zap size={15} />} link={(props) => <Link to="/triggers" search={{ template: template.id }} {...props} />}>Schedules and hooks</MenuItem>
            <MenuItem icon={<CopyPlus size={15} />} disabled={!data} onClick={() => duplicate.mutate(undefined)}>Duplicate</MenuItem>
            <MenuItem icon={<Download size={15} />} disabled={!data} onClick={() => data && saveAsFile(data)}>Save as a file</MenuItem>
            <MenuLine />
            {template.archived_at
              ? <MenuItem icon={<ArchiveRestore size={15} />} onClick={() => restore.mutate(undefined)}>Take back into the library</MenuItem>
              : <MenuItem icon={isKept ? <Archive size={15} /> : <Trash2 size={15} />} isDangerous onClick={() => setRemoving(true)}>{isKept ? 'Archive …' : 'Delete …'}</MenuItem>}
          </Menu>
        </div>
        <p className={classes.description}>{template.description}</p>
        <div className={classes.foot}>
          <div className={classes.facts}>
            {tagsOf(template.category).map((tag) => <span key={tag} className={classes.category}>{tag}</span>)}
            <span>{graph ? plural(graph.nodes.filter((node) => !isDrawing(node.type)).length, 'node') : ''}</span>
            {template.last_status ? <Link to="/executions" search={{ template: template.id }} className={classes.last} title={`Last run ${formatAgo(template.last_run_at, now)}`}><StatusBadge status={template.last_status} size="sm" /></Link> : null}
            <span title={`Changed ${formatAgo(template.updated_at ?? template.created_at, now)}`}>{formatCount(template.usage_count)} {template.usage_count === 1 ? 'run' : 'runs'}</span>
          </div>
          <Button className={classes.run} size="xs" variant="light" leftSection={<Play size={13} fill="currentColor" aria-hidden />} onClick={run} aria-label={`Run ${template.name}`}>Run</Button>
        </div>
      </div>
      {isRemoving ? <RemoveTemplate template={template} close={() => setRemoving(false)} /> : null}
    </li>
  );
}
