using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>The JSON Schema (draft 2020-12) that an author wants an answer to follow.</summary>
internal sealed class AnswerSchema
{
    private const int MaxProblems = 5;

    private static readonly TimeSpan s_patternTimeout = TimeSpan.FromMilliseconds(250);

    // Whatever draft a schema names, and whatever else is in it, models read it alike. Formats are hints.
    private static readonly Dialect s_dialect = new(new[]
    {
        Vocabulary.Draft202012_Core,
        Vocabulary.Draft202012_Applicator,
        Vocabulary.Draft202012_Unevaluated,
        Vocabulary.Draft202012_Validation,
    }.SelectMany(vocabulary => vocabulary.Keywords).Where(keyword => keyword.Name is not ("$schema" or "$vocabulary")))
    {
        AllowUnknownKeywords = true,
    };

    private static readonly EvaluationOptions s_options = new() { OutputFormat = OutputFormat.List };

    private readonly JsonSchema _schema;

    private AnswerSchema(JsonSchema schema) => _schema = schema;

    /// <summary>Reads a schema.</summary>
    /// <returns>The schema, or what is wrong with it.</returns>
    public static (AnswerSchema? Schema, string? Problem) Read(JsonElement schema)
    {
        try
        {
            var built = JsonSchema.Build(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry(), Dialect = s_dialect });
            Prepare(built.Root, []);
            return (new AnswerSchema(built), null);
        }
        // It throws whatever comes to it.
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>What is wrong with a value; null if nothing is.</summary>
    public string? Check(JsonElement value)
    {
        try
        {
            var results = _schema.Evaluate(value, s_options);
            return results.IsValid ? null : string.Join("; ", Problems(results).Distinct().Take(MaxProblems)) + ".";
        }
        catch (RegexMatchTimeoutException)
        {
            // Whether it fits cannot be told; that is not the model's mistake.
            return null;
        }
    }

    private static IEnumerable<string> Problems(EvaluationResults results) =>
        from result in (results.Details ?? []).Prepend(results)
        where !result.IsValid
        let place = result.InstanceLocation.ToString()
        from error in result.Errors ?? []
        select $"{(place.Length == 0 ? "/" : place)}: {(error.Key.Length == 0 ? "This is not allowed" : error.Value)}";

    /// <summary>Sees to it that no pattern of an author is run to its end, whatever it is, and that what is referred to is there.</summary>
    private static void Prepare(JsonSchemaNode schema, HashSet<JsonSchemaNode> seen)
    {
        if (!seen.Add(schema))
            return;
        foreach (var keyword in schema.Keywords)
        {
            keyword.Value = keyword.Value switch
            {
                Regex pattern => Bounded(pattern),
                Dictionary<string, Regex> patterns => patterns.ToDictionary(pair => pair.Key, pair => Bounded(pair.Value)),
                var value => value,
            };
            // It would be looked for only once it is met.
            if (keyword is { Handler.Name: "$ref", Subschemas.Length: 0 })
                throw new JsonException($"It refers to {keyword.RawValue.GetRawText()}, which is not in it.");
            foreach (var inner in keyword.Subschemas)
                Prepare(inner, seen);
        }
    }

    private static Regex Bounded(Regex pattern) => new(pattern.ToString(), RegexOptions.CultureInvariant, s_patternTimeout);
}
