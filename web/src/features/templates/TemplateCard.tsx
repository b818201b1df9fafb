import { ActionIcon, Button, Menu } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Archive, ArchiveRestore, CopyPlus, Download, EllipsisVertical, ListVideo, PencilRuler, Play, Trash2, Zap } from 'lucide-react';
import { useMemo, useState } from 'react';
import { api, unwrap } from '../../api/client';
import type { TemplateRequest, TemplateSummary } from '../../api/types';
import { GraphThumbnail } from '../../graph/GraphThumbnail';
import { openUp } from '../../graph/layout';
import { readGraph } from '../../graph/model';
import { useNow } from '../../shared/clock';
import { formatAgo, formatCount, plural } from '../../shared/format';
import { StatusBadge } from '../../shared/StatusBadge';
import { toastDone, toastError } from '../../shared/toast';
import { useSeen } from '../../shared/useSeen';
import { DeleteTemplate } from './DeleteTemplate';
import classes from './TemplateCard.module.css';
import { saveAsFile, toFile } from './file';
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
  const hasRun = (template.usage_count ?? 0) > 0 || template.last_status != null;
  const client = useQueryClient();
  const done = (message: string) => {
    toastDone(message);
    return client.invalidateQueries({ queryKey: ['templates'] });
  };
  const duplicate = useMutation({
    mutationFn: () => unwrap(api.POST('/api/templates', { body: toFile({ ...data!, name: `${template.name} (copy)` }) as unknown as TemplateRequest })),
    onSuccess: ({ name }) => done(`Created ${name}`),
    onError: toastError,
  });
  const restore = useMutation({
    mutationFn: () => unwrap(api.POST('/api/templates/{id}/restore', { params: { path: { id: template.id } } })),
    onSuccess: () => done(`${template.name} is back in the library`),
    onError: toastError,
  });

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
              <Menu.Item leftSection={<CopyPlus size={15} />} disabled={!data} onClick={() => duplicate.mutate()}>Duplicate</Menu.Item>
              <Menu.Item leftSection={<Download size={15} />} disabled={!data} onClick={() => data && saveAsFile(data)}>Save as a file</Menu.Item>
              <Menu.Divider />
              {template.archived_at
                ? <Menu.Item leftSection={<ArchiveRestore size={15} />} onClick={() => restore.mutate()}>Take back into the library</Menu.Item>
                : <Menu.Item leftSection={hasRun ? <Archive size={15} /> : <Trash2 size={15} />} color="red" onClick={() => setDeleting(true)}>{hasRun ? 'Archive …' : 'Delete …'}</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        </div>
        <p className={classes.description}>{template.description}</p>
        <div className={classes.foot}>
          <div className={classes.facts}>
            {template.category ? <span className={classes.category}>{template.category}</span> : null}
            <span>{graph ? plural(graph.nodes.length, 'node') : ''}</span>
            {template.last_status ? <Link to="/executions" search={{ template: template.id }} className={classes.last} title={`Last run ${formatAgo(template.last_run_at, now)}`}><StatusBadge status={template.last_status} size="sm" /></Link> : null}
            <span title={`Changed ${formatAgo(template.updated_at ?? template.created_at, now)}`}>{formatCount(template.usage_count)} {template.usage_count === 1 ? 'run' : 'runs'}</span>
          </div>
          <Button className={classes.run} size="xs" variant="light" leftSection={<Play size={13} fill="currentColor" aria-hidden />} onClick={run} aria-label={`Run ${template.name}`}>Run</Button>
        </div>
      </div>
      {isDeleting ? <DeleteTemplate template={template} close={() => setDeleting(false)} /> : null}
    </li>
  );
}
