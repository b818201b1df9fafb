using System.Text.Json.Nodes;

namespace WorkflowFunctions.Tests.Model;

/// <summary>A node that was made at random.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Choice">A number from 0 to 3 that decides what it does: the branch, the attempts that fail, the number of items.</param>
/// <param name="OnError">What its failure means.</param>
/// <param name="Links">Numbers that decide where its edges come from.</param>
/// <param name="JoinsAny">Whether one live edge is enough for it.</param>
/// <param name="Body">The nodes in it.</param>
internal sealed record RandomNode(
    string Type, int Choice, string OnError, IReadOnlyList<(int, int)> Links, bool JoinsAny, IReadOnlyList<RandomNode> Body)
{
    public string Id { get; init; } = "";

    public IReadOnlyList<RandomEdge> Incoming { get; init; } = [];

    /// <summary>The node whose text it reads: one that leads straight to it; none where that would depend on time.</summary>
    public RandomNode? Reads => Type is "generate_copy" or "http_request" || (Type == "transform" && !JoinsAny)
        ? Incoming.Select(edge => edge.From).FirstOrDefault(source => source.TextPath is not null)
        : null;

    /// <summary>The node whose images it attaches; null if none leads to it.</summary>
    public RandomNode? Images => Type == "attach_images"
        ? Incoming.Select(edge => edge.From).FirstOrDefault(source => source.Type == "generate_image")
        : null;

    /// <summary>The images that it draws.</summary>
    public int ImageCount => 1 + Choice;

    /// <summary>Where its output has a text; null if it has none.</summary>
    public string? TextPath => TextPathOf(Type);

    /// <summary>Where the output of a type has a text; null if it has none.</summary>
    public static string? TextPathOf(string type) => type switch
    {
        "transform" or "wait_for_signal" => "v",
        "generate_copy" => "text",
        "http_request" => "body.v",
        _ => null,
    };

    /// <summary>What it writes, asks for or sends.</summary>
    /// <param name="read">What it reads.</param>
    public string Says(string? read) => read is null ? Id : $"{Id}({read})";

    /// <summary>The handles that edges may leave from; null is none.</summary>
    public IReadOnlyList<string?> Branches
    {
        get
        {
            string?[] own = Type switch
            {
                "condition" => ["true", "false", null],
                "switch" => ["a", "b", "default", null],
                "approval" => ["approved", "rejected", null],
                _ => [null],
            };
            return OnError == "branch" && Type != "fail" ? [.. own, "error"] : OnError == "branch" ? ["error", null] : own;
        }
    }

    /// <summary>The signal that it waits for, for one run of it; null if it waits for none.</summary>
    /// <param name="items">The items that it runs for.</param>
    public string? SignalFor(string items) => Type switch
    {
        "approval" => Id + items,
        "wait_for_signal" => "go-" + Id,
        _ => null,
    };

    /// <summary>What is sent to it.</summary>
    public object Answer => Type == "approval" ? new { decision = Choice < 2 ? "approved" : "rejected" } : new { v = "signal" };

    /// <summary>Its settings.</summary>
    /// <param name="childTemplateId">The template that it runs, if it runs one.</param>
    /// <param name="service">The address that it calls, if it calls one.</param>
    public JsonObject Settings(string childTemplateId, string service)
    {
        var text = Says(Reads is { } source ? $"{{{{ nodes.{source.Id}.{source.TextPath} | default: '-' }}}}" : null);
        var data = new JsonObject { ["on_error"] = OnError, ["retry"] = new JsonObject { ["max_attempts"] = 3, ["delay_seconds"] = 0 } };
        if (JoinsAny && Type == "transform")
            data["join"] = "any";
        switch (Type)
        {
            case "transform":
                data["fields"] = new JsonObject { ["v"] = text };
                break;
            case "condition":
                data["if"] = Choice < 2 ? "1 == 1" : "1 == 2";
                break;
            case "switch":
                data["value"] = Choice switch { 0 => "a", 1 => "b", _ => "z" };
                data["cases"] = new JsonArray("a", "b");
                break;
            case "fail":
                data["message"] = $"{Id} failed";
                break;
            case "flaky":
                data["failures"] = Choice;
                break;
            case "delay":
                data["seconds"] = Choice * 0.005;
                break;
            case "wait_for_signal":
                data["signal"] = SignalFor("");
                break;
            case "sub_workflow":
                data["template_id"] = childTemplateId;
                data["params"] = new JsonObject { ["bad"] = Choice == 0 };
                break;
            case "generate_copy":
                data["prompt"] = text;
                data["model"] = Choice == 3 ? "ghost" : "offline";
                data["max_tokens"] = 16;
                data["save_document"] = Choice == 1;
                break;
            case "generate_image":
                data["prompt"] = Id;
                data["model"] = Choice == 3 ? "ghost" : "offline";
                data["size"] = "8x8";
                data["count"] = ImageCount;
                break;
            case "attach_images":
                data["document_id"] = Images is null ? "nowhere" : $"{{{{ nodes.{Images.Id}.image_ids[0] }}}}";
                data["image_ids"] = Images is null ? new JsonArray("nothing") : $"{{{{ nodes.{Images.Id}.image_ids }}}}";
                break;
            case "http_request":
                data["method"] = "POST";
                data["url"] = $"{service}/flaky/{(Choice == 3 ? int.MaxValue : Choice)}";
                data["body"] = new JsonObject { ["v"] = text };
                break;
            case "for_each":
                data["items"] = new JsonArray([.. Enumerable.Range(0, Choice).Select(number => JsonValue.Create(number))]);
                data["max_parallel"] = 1 + (Choice % 2);
                break;
        }

        return data;
    }
}
