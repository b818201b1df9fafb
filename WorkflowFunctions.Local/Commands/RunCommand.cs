using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace WorkflowFunctions.Local.Commands;

/// <summary><c>run FILE</c>: runs a workflow file, shows its nodes as they run, prints outputs and cost, and exits.</summary>
internal static class RunCommand
{
    public static Command Create(Action<IServiceCollection>? configure)
    {
        var file = new Argument<FileInfo>("file") { Description = "The workflow: what React Flow's toObject() gives, with a name." };
        var parameters = new Option<string[]>("--param", "-p")
        {
            Description = "A param, as name=value. The value is JSON where it can be read as such, otherwise text. May be given several times.",
        };
        var command = new Command("run", "Runs a workflow file with live progress, prints its outputs and cost, and exits 0 if it completed.")
        {
            file, parameters, CommonOptions.Connection,
        };
        command.SetAction((result, cancellationToken) => Failures.ReportAsync(async () =>
        {
            var workflow = await ReadFileAsync(result.GetRequiredValue(file), cancellationToken);
            var given = ReadParams(result.GetValue(parameters) ?? []);
            await using var host = await CommandHost.StartAsync(result, configure, cancellationToken);
            return await RunAsync(host.Client, workflow, given, cancellationToken) ? 0 : 1;
        }));
        return command;
    }

    private static async Task<bool> RunAsync(WorkflowClient client, JsonObject workflow, JsonObject parameters, CancellationToken cancellationToken)
    {
        var template = await client.SaveAsync(workflow, cancellationToken);
        var executionId = await client.StartAsync(
            new JsonObject { ["template_id"] = template.GetProperty("id").GetString(), ["params"] = parameters }, cancellationToken);
        AnsiConsole.MarkupLineInterpolated($"[bold]{template.GetProperty("name").GetString() ?? ""}[/] [grey]{executionId}[/]");
        var display = new RunDisplay(AnsiConsole.Console, NodeProgress.Of(template));
        try
        {
            await display.FollowAsync(client.EventsAsync(executionId, cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.MarkupLine("[yellow]Interrupted.[/] What is finished is recorded; the execution goes on when the server is started next.");
            throw;
        }

        var execution = await client.FindAsync(executionId, cancellationToken);
        display.ShowEnd(execution);
        return execution.GetProperty("status").GetString() == "completed";
    }

    private static async Task<JsonObject> ReadFileAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file.OpenRead();
            return await JsonNode.ParseAsync(stream, cancellationToken: cancellationToken) as JsonObject
                ?? throw new CommandFailedException($"{file.Name} is not a workflow: it holds no JSON object.");
        }
        catch (IOException exception)
        {
            throw new CommandFailedException($"{file.Name} cannot be read: {exception.Message}");
        }
        catch (JsonException exception)
        {
            throw new CommandFailedException($"{file.Name} is not valid JSON: {exception.Message}");
        }
    }

    private static JsonObject ReadParams(IEnumerable<string> pairs)
    {
        var parameters = new JsonObject();
        foreach (var pair in pairs)
        {
            var separator = pair.IndexOf('=', StringComparison.Ordinal);
            if (separator <= 0)
                throw new CommandFailedException($"The param '{pair}' cannot be read; write it as name=value.");
            parameters[pair[..separator]] = ReadValue(pair[(separator + 1)..]);
        }

        return parameters;
    }

    private static JsonNode? ReadValue(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
