using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;

namespace WorkflowFunctions.Nodes.Settings;

/// <summary>The JSON Schema (draft 2020-12) that an author wants what a model or a person answers to follow.</summary>
internal sealed class AuthorSchema
{
    private const int MaxProblems = 5;

    private static readonly TimeSpan s_patternTimeout = TimeSpan.FromMilliseconds(250);

    // Whatever draft a schema names, and whatever else is in it, it is read alike.
    private static readonly Dialect s_dialect = new(new[]
    {
        Vocabulary.Draft202012_Core,
        Vocabulary.Draft202012_Applicator,
        Vocabulary.Draft202012_Unevaluated,
        Vocabulary.Draft202012_Validation,
        Vocabulary.Draft202012_FormatAnnotation,
    }.SelectMany(vocabulary => vocabulary.Keywords).Where(keyword => keyword.Name is not ("$schema" or "$vocabulary")))
    {
        AllowUnknownKeywords = true,
    };

    // To a model formats are hints.
    private static readonly EvaluationOptions s_options = new() { OutputFormat = OutputFormat.List };

    private static readonly EvaluationOptions s_withFormats = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonSchema _schema;

    private AuthorSchema(JsonSchema schema) => _schema = schema;

    /// <summary>Reads a schema.</summary>
    /// <returns>The schema, or what is wrong with it.</returns>
    public static (AuthorSchema? Schema, string? Problem) Read(JsonElement schema)
    {
        try
        {
            var built = JsonSchema.Build(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry(), Dialect = s_dialect });
            Prepare(built.Root, []);
            return (new AuthorSchema(built), null);
        }
        // It throws whatever comes to it.
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>What is wrong with what a model gave; null if nothing is.</summary>
    public string? Check(JsonElement value)
    {
        var problems = Find(value, s_options);
        return problems.Count == 0
            ? null
            : string.Join("; ", problems.Select(problem => $"{(problem.Pointer.Length == 0 ? "/" : problem.Pointer)}: {problem.Detail}"))
                + ".";
    }

    /// <summary>
    /// What is wrong with what a person gave, formats such as <c>date</c> included; each with a JSON pointer into the value.
    /// </summary>
    public IReadOnlyList<(string Pointer, string Detail)> Find(JsonElement value) => Find(value, s_withFormats);

    private IReadOnlyList<(string Pointer, string Detail)> Find(JsonElement value, EvaluationOptions options)
    {
        try
        {
            var results = _schema.Evaluate(value, options);
            return results.IsValid ? [] : [.. Problems(results).Distinct().Take(MaxProblems)];
        }
        catch (RegexMatchTimeoutException)
        {
            // Whether it fits cannot be told; that is not the mistake of the one who answered.
            return [];
        }
    }

    private static IEnumerable<(string Pointer, string Detail)> Problems(EvaluationResults results) =>
        from result in (results.Details ?? []).Prepend(results)
        where !result.IsValid
        from error in result.Errors ?? []
        select (result.InstanceLocation.ToString(), error.Key.Length == 0 ? "This is not allowed" : error.Value);

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
