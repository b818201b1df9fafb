using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Keys;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Local.Commands;

/// <summary>
/// <c>keys create</c>, <c>keys list</c> and <c>keys revoke</c>: who may call the API. Anyone who can reach the database may do this.
/// </summary>
internal static class KeysCommand
{
    private const string AllWorkspaces = "all";

    public static Command Create(Action<IServiceCollection>? configure)
    {
        var command = new Command("keys", "Makes, lists and revokes the keys of callers, and exits.");
        command.Subcommands.Add(CreateKey(configure));
        command.Subcommands.Add(ListKeys(configure));
        command.Subcommands.Add(RevokeKey(configure));
        return command;
    }

    private static Command CreateKey(Action<IServiceCollection>? configure)
    {
        var name = new Option<string>("--name") { Description = "Whose it is, or what it is for.", Required = true };
        var scope = new Option<string>("--scope")
        {
            Description = "work (do tasks and nothing else), or read, run or admin, of which each includes the ones before it.",
            DefaultValueFactory = _ => "read",
        };
        scope.AcceptOnlyFromAmong([.. AccessScopes.Names]);
        var workspaces = new Option<string[]>("--workspace") { Description = "A workspace that it reaches; may be given several times." };
        var all = new Option<bool>("--all-workspaces")
        {
            Description = "It reaches all workspaces, and with the scope admin the work of the server.",
        };
        var groups = new Option<string[]>("--group")
        {
            Description = "A group that its owner belongs to, for tasks; may be given several times.",
        };
        var queues = new Option<string[]>("--queue")
        {
            Description = "With the scope work: a queue that it takes tasks from; may be given several times. All unless given.",
        };
        var command = new Command("create", "Makes a key, and prints it this one time.")
        {
            name, scope, workspaces, all, groups, queues, CommonOptions.Connection,
        };
        command.SetAction(
            (result, cancellationToken) =>
                RunAsync(
                    result,
                    configure,
                    async keys =>
                    {
                        var given = result.GetValue(workspaces) ?? [];
                        if (result.GetValue(all) == given.Length > 0)
                            throw new CommandFailedException(
                                "Say which workspaces the key reaches: --workspace ID, as often as needed, or --all-workspaces.");
                        if (await keys.FindUnknownWorkspacesAsync(given, cancellationToken) is { Count: > 0 } unknown)
                            throw new CommandFailedException($"There is no workspace '{unknown[0]}'.");
                        var bound = result.GetValue(queues) ?? [];
                        if (bound.Length > 0 && result.GetRequiredValue(scope) != AccessScopes.Name(AccessScope.Work))
                            throw new CommandFailedException("A key is bound to queues with --scope work only.");
                        var secret = ApiKeySecret.New();
                        var row = await keys.CreateAsync(
                            new ApiKeyRow
                            {
                                Id = Ids.New("key"),
                                Name = result.GetRequiredValue(name),
                                Scope = result.GetRequiredValue(scope),
                                Workspaces = result.GetValue(all) ? null : given,
                                Groups = result.GetValue(groups),
                                Queues = bound.Length > 0 ? bound : null,
                                CreatedBy = "command line",
                            },
                            secret,
                            cancellationToken);
                        AnsiConsole.MarkupLineInterpolated(
                            $"[green]✓[/] {row.Id} ({row.Name}, {row.Scope}, {Reach(row)}). Keep the key; it cannot be shown again:");
                        // As it is, without markup or line breaks, so that a script can take it.
                        await Console.Out.WriteLineAsync(secret);
                    }));
        return command;
    }

    private static Command ListKeys(Action<IServiceCollection>? configure)
    {
        var command = new Command("list", "Lists keys, newest first.") { CommonOptions.Connection };
        command.SetAction((result, cancellationToken) => RunAsync(result, configure, async keys =>
        {
            var table = Terminal.Table("Id", "Name", "Scope", "Workspaces", "Made", "Used last", "Revoked");
            foreach (var row in await keys.ListAsync(null, cancellationToken))
            {
                table.AddRow(
                    Markup.Escape(row.Id), Markup.Escape(row.Name), row.Scope, Markup.Escape(Reach(row)), Time(row.CreatedAt),
                    Time(row.LastUsedAt), Time(row.RevokedAt));
            }

            AnsiConsole.Write(table);
        }));
        return command;
    }

    private static Command RevokeKey(Action<IServiceCollection>? configure)
    {
        var id = new Argument<string>("id") { Description = "The id of the key; -- keys list shows it." };
        var command = new Command("revoke", "Revokes a key: it does not work from now on.") { id, CommonOptions.Connection };
        command.SetAction((result, cancellationToken) => RunAsync(result, configure, async keys =>
        {
            var row = await keys.RevokeAsync(result.GetRequiredValue(id), null, cancellationToken)
                ?? throw new CommandFailedException($"There is no key '{result.GetValue(id)}'.");
            AnsiConsole.MarkupLineInterpolated($"[green]✓[/] {row.Id} ({row.Name}) is revoked.");
        }));
        return command;
    }

    private static Task<int> RunAsync(ParseResult result, Action<IServiceCollection>? configure, Func<ApiKeyStore, Task> action) =>
        Failures.ReportAsync(async () =>
        {
            await using var host = await LocalHost.CreateAsync(
                CommonOptions.Settings(result, quiet: true), configure, CancellationToken.None);
            await action(host.App.Services.GetRequiredService<ApiKeyStore>());
            return 0;
        });

    private static string Reach(ApiKeyRow row) => row.Workspaces is null ? AllWorkspaces : string.Join(", ", row.Workspaces);

    private static string Time(DateTimeOffset? time) => time?.ToString("u", CultureInfo.InvariantCulture) ?? "";
}
