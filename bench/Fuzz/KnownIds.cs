using System.Collections.Concurrent;
using System.Text.Json;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>Ids that the server gave, so that requests touch what is there.</summary>
/// <param name="untouchable">What no request is to touch: the keys that requests are sent with would be revoked.</param>
public sealed class KnownIds(params IReadOnlyCollection<string> untouchable)
{
    private const int Most = 200;

    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _ids = new();

    /// <summary>Keeps what an answer names: its own id under the collection of its address, others under their names.</summary>
    public void Learn(string target, JsonElement answer)
    {
        var collection = target.Split('/', '?') is { Length: > 2 } parts ? parts[2] : "";
        Learn(collection, answer, 0);
    }

    /// <summary>An id for a parameter or a member of this name; null if it names none, or none is known.</summary>
    /// <param name="name">Its name: <c>template_id</c>, or the collection that <c>id</c> belongs to.</param>
    /// <param name="random">What decides.</param>
    public string? Find(string name, Random random) =>
        _ids.TryGetValue(name, out var known) && known.ToArray() is { Length: > 0 } all ? HostileValues.Pick(random, all) : null;

    private void Learn(string collection, JsonElement value, int depth)
    {
        if (depth > 3)
            return;
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray().Take(10))
                Learn(collection, item, depth + 1);
        }

        if (value.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String
                && (member.Name is "id" or "token" || member.Name.EndsWith("_id", StringComparison.Ordinal)))
                Keep(member.Name == "id" ? collection : member.Name, member.Value.GetString()!);
            else if (member.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
                Learn(collection, member.Value, depth + 1);
        }
    }

    private void Keep(string name, string id)
    {
        var known = _ids.GetOrAdd(name, static _ => new ConcurrentQueue<string>());
        if (id.Length is 0 or > 200 || untouchable.Contains(id))
            return;
        known.Enqueue(id);
        while (known.Count > Most)
            known.TryDequeue(out _);
        // What is a list's own id elsewhere is a reference: templates have template_id.
        if (name is "templates" or "executions" or "schedules" or "hooks" or "documents" or "keys" or "workspaces")
            Keep(name[..^1] + "_id", id);
    }
}
