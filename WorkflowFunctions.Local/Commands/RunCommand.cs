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
            Description =
                "A param, as name=value. The value is JSON where it can be read as such, otherwise text. May be given several times.",
        };
        var json = new Option<bool>("--json")
        {
            Description = "Print the execution as JSON, as the API answers it, and nothing else; progress goes to the standard error.",
        };
        var command = new Command(
            "run", "Runs a workflow file with live progress, prints its outputs and cost, and exits 0 if it completed.")
        {
            file, parameters, json, CommonOptions.Connection,
        };
        command.SetAction(
            (result, cancellationToken) =>
                Failures.ReportAsync(async () =>
                {
                    var workflow = await ReadFileAsync(result.GetRequiredValue(file), cancellationToken);
                    var given = ReadParams(result.GetValue(parameters) ?? []);
                    await using var host = await CommandHost.StartAsync(result, configure, cancellationToken);
                    return await RunAsync(host, workflow, given, result.GetValue(json), cancellationToken) ? 0 : 1;
                }));
        return command;
    }

    private static async Task<bool> RunAsync(
        CommandHost host, JsonObject workflow, JsonObject parameters, bool asJson, CancellationToken cancellationToken)
    {
        var console = asJson ? Terminal.Error : AnsiConsole.Console;
        var template = await host.Client.SaveAsync(workflow, cancellationToken);
        var executionId = await host.Client.StartAsync(
            new JsonObject { ["template_id"] = template.GetProperty("id").GetString(), ["params"] = parameters }, cancellationToken);
        var name = template.GetProperty("name").GetString() ?? "";
        console.MarkupLineInterpolated(
            $"[bold]{name}[/] runs. While it does, see it at [link]{host.Address}executions/{executionId}[/]");
        var display = new RunDisplay(console, NodeProgress.Of(template));
        try
        {
            await display.FollowAsync(host.Client.EventsAsync(executionId, cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            console.MarkupLine(
                "[yellow]Interrupted.[/] What is finished is recorded; the execution goes on when the server is started next.");
            throw;
        }

        var execution = await host.Client.FindAsync(executionId, cancellationToken);
        if (asJson)
            await Console.Out.WriteLineAsync(RunDisplay.ToText(execution));
        else
            display.ShowEnd(execution);
        console.MarkupLineInterpolated($"It is kept: start the server, and open [link]http://localhost:5000/executions/{executionId}[/]");
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
