import { ActionIcon, Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download, EllipsisVertical, ListVideo, PencilRuler, Play, Trash2, Zap } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { TemplateSummary } from '../../api/types';
import { GraphThumbnail } from '../../graph/GraphThumbnail';
import { openUp } from '../../graph/layout';
import { readGraph } from '../../graph/model';
import { useNow } from '../../shared/clock';
import { formatAgo, formatCount, plural } from '../../shared/format';
import { useSeen } from '../../shared/useSeen';
import { DeleteTemplate } from './DeleteTemplate';
import classes from './TemplateCard.module.css';
import { saveAsFile } from './file';
import { templateQuery } from './queries';

interface Props {
  template: TemplateSummary;
  run: () => void;
}

export function TemplateCard({ template, run }: Props) {
  const [ref, isSeen] = useSeen<HTMLLIElement>();
  const { data } = useQuery({ ...templateQuery(template.id), enabled: isSeen });
  const graph = useMemo(() => (data ? openUp(readGraph(data.nodes_json, data.edges_json)) : null), [data]);
  const [isDeleting, setDeleting] = useState(false);
  const now = useNow(false);

  return (
    <li ref={ref} className={classes.card}>
      <Link to="/templates/$templateId" params={{ templateId: template.id }} className={classes.picture} tabIndex={-1} aria-hidden>
        {graph ? <GraphThumbnail graph={graph} /> : null}
      </Link>
      <div className={classes.body}>
        <div className={classes.head}>
          <h2 className={classes.name}><Link to="/templates/$templateId" params={{ templateId: template.id }}>{template.name}</Link></h2>
          <Menu position="bottom-end" width={210}>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`More for ${template.name}`}><EllipsisVertical size={17} /></ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<PencilRuler size={15} />} renderRoot={(props) => <Link to="/templates/$templateId" params={{ templateId: template.id }} {...props} />}>Edit</Menu.Item>
              <Menu.Item leftSection={<ListVideo size={15} />} renderRoot={(props) => <Link to="/executions" search={{ template: template.id }} {...props} />}>Its executions</Menu.Item>
              <Menu.Item leftSection={<Zap size={15} />} renderRoot={(props) => <Link to="/triggers" search={{ template: template.id }} {...props} />}>Schedules and hooks</Menu.Item>
              <Menu.Item leftSection={<Download size={15} />} disabled={!data} onClick={() => data && saveAsFile(data)}>Save as a file</Menu.Item>
              <Menu.Divider />
              <Menu.Item leftSection={<Trash2 size={15} />} color="red" onClick={() => setDeleting(true)}>Delete …</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
        <p className={classes.description}>{template.description}</p>
        <div className={classes.foot}>
          <div className={classes.facts}>
            {template.category ? <span className={classes.category}>{template.category}</span> : null}
            <span>{graph ? plural(graph.nodes.length, 'node') : ''}</span>
            <span title={`Changed ${formatAgo(template.updated_at ?? template.created_at, now)}`}>{formatCount(template.usage_count)} {template.usage_count === 1 ? 'run' : 'runs'}</span>
          </div>
          <Button className={classes.run} size="xs" variant="light" leftSection={<Play size={13} fill="currentColor" aria-hidden />} onClick={run} aria-label={`Run ${template.name}`}>Run</Button>
        </div>
      </div>
      {isDeleting ? <DeleteTemplate template={template} close={() => setDeleting(false)} /> : null}
    </li>
  );
}
