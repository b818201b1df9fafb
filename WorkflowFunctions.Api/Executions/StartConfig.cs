using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Makes <c>config_json</c> of a start (workflow format, "Settings of an execution").</summary>
internal static class StartConfig
{
    private const string Params = "params";

    /// <summary>Lists what is wrong with the config of a start; pointers are into its body.</summary>
    public static IEnumerable<Problem> Check(StartRequest request)
    {
        if (request.Config is not { } config)
            yield break;
        foreach (var problem in ExecutionConfig.Check(JsonSerializer.SerializeToElement(config)))
            yield return problem with { Pointer = "/config" + problem.Pointer };
        if (config.TryGetValue(Params, out var given) && given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            yield return new Problem("/config/params", "The params are not an object.", "an object");
    }

    /// <summary>The config, with the params of the start over the template's defaults.</summary>
    public static string Make(StartRequest request, JsonElement? defaultParams)
    {
        var values = new JsonObject();
        Add(values, Members(defaultParams));
        if (request.Config?.TryGetValue(Params, out var given) == true)
            Add(values, Members(given));
        Add(values, request.Params);

        var config = new JsonObject();
        Add(config, request.Config);
        config[Params] = values;
        return config.ToJsonString();
    }

    private static IEnumerable<KeyValuePair<string, JsonElement>> Members(JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Object } given
            ? given.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value))
            : [];

    private static void Add(JsonObject target, IEnumerable<KeyValuePair<string, JsonElement>>? members)
    {
        foreach (var (name, value) in members ?? [])
            target[name] = JsonSerializer.SerializeToNode(value);
    }
}
