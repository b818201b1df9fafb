using System.Buffers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>Reports everything that is wrong with the section <c>Models</c> at once, each with its key.</summary>
internal sealed class ModelOptionsValidator : IValidateOptions<ModelOptions>
{
    private static readonly string[] s_maxTokensFields = ["max_completion_tokens", "max_tokens"];

    private static readonly SearchValues<char> s_keyCharacters =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7F - 0x21).Select(code => (char)code)]);

    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        var problems = new List<string>();
        foreach (var (endpointName, endpoint) in options.Endpoints)
            CheckEndpoint($"{ModelOptions.Section}:Endpoints:{endpointName}", endpoint, problems);
        CheckNames(options, problems);
        CheckDefault(options, "Default", options.Default, ModelKind.Copy, problems);
        CheckDefault(options, "DefaultImage", options.DefaultImage, ModelKind.Image, problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckEndpoint(string key, ModelEndpointOptions endpoint, List<string> problems)
    {
        if (!Uri.TryCreate(endpoint.BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            problems.Add($"{key}:BaseUrl must be an http or https address such as https://api.openai.com/v1.");
        else if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            problems.Add($"{key}:BaseUrl must be an address without user name, query and fragment; a key belongs in {key}:ApiKey.");

        if (endpoint.ApiKey is { Length: > 0 } apiKey && apiKey.AsSpan().ContainsAnyExcept(s_keyCharacters))
            problems.Add($"{key}:ApiKey has a space, a line break or another character that no HTTP header can carry.");

        if (!s_maxTokensFields.Contains(endpoint.MaxTokensField))
            problems.Add($"{key}:MaxTokensField must be one of {string.Join(", ", s_maxTokensFields)}; it is '{endpoint.MaxTokensField}'.");

        if (endpoint.Models.Count == 0)
            problems.Add($"{key}:Models must name at least one model.");

        foreach (var (modelName, model) in endpoint.Models)
            CheckModel($"{key}:Models:{modelName}", model, problems);
    }

    private static void CheckModel(string key, ModelSettings model, List<string> problems)
    {
        if (!Enum.IsDefined(model.Kind))
            problems.Add($"{key}:Kind must be copy or image.");
        CheckPrice($"{key}:InputPerMillion", model.InputPerMillion, problems);
        CheckPrice($"{key}:OutputPerMillion", model.OutputPerMillion, problems);
        CheckPrice($"{key}:PerImage", model.PerImage, problems);
        CheckLimit($"{key}:RequestsPerMinute", model.RequestsPerMinute, problems);
        CheckLimit($"{key}:TokensPerMinute", model.TokensPerMinute, problems);
    }

    private static void CheckLimit(string key, long? limit, List<string> problems)
    {
        if (limit < 1)
            problems.Add($"{key} has to be at least 1; left out, there is no limit.");
    }

    private static void CheckPrice(string key, decimal price, List<string> problems)
    {
        if (price < 0)
            problems.Add($"{key} is a price in USD and cannot be negative.");
    }

    private static void CheckNames(ModelOptions options, List<string> problems)
    {
        var places = from endpoint in options.Endpoints
                     from model in endpoint.Value.Models.Keys
                     select (Model: model, Endpoint: endpoint.Key);
        foreach (var same in places.GroupBy(place => place.Model, place => place.Endpoint, StringComparer.OrdinalIgnoreCase))
        {
            if (string.Equals(same.Key, ModelCatalog.Offline, StringComparison.OrdinalIgnoreCase))
                problems.Add($"The model name '{same.Key}' belongs to the built-in model; rename the one of endpoint {same.First()}.");
            else if (same.Count() > 1)
                problems.Add($"The model name '{same.Key}' is used by the endpoints {string.Join(" and ", same)}; "
                    + "give each its own name and put the provider's name in Name.");
        }
    }

    private static void CheckDefault(ModelOptions options, string key, string? model, ModelKind kind, List<string> problems)
    {
        if (string.IsNullOrEmpty(model) || string.Equals(model, ModelCatalog.Offline, StringComparison.OrdinalIgnoreCase))
            return;
        var settings = options.Endpoints.Values
            .Select(endpoint => endpoint.Models.GetValueOrDefault(model))
            .FirstOrDefault(found => found is not null);
        if (settings is null)
            problems.Add($"{ModelOptions.Section}:{key} names the model '{model}', which no endpoint has.");
        else if (settings.Kind != kind)
            problems.Add($"{ModelOptions.Section}:{key} names the model '{model}', whose Kind is {ModelCatalog.Word(settings.Kind)}, "
                + $"not {ModelCatalog.Word(kind)}.");
    }
}

/// <summary>Reports keys of the section <c>Models</c> that mean nothing, so that a misspelt price does not count as 0.</summary>
internal sealed class UnknownModelSettings(IConfigurationSection section) : IValidateOptions<ModelOptions>
{
    private static readonly string[] s_ofSection =
        [nameof(ModelOptions.Default), nameof(ModelOptions.DefaultImage), nameof(ModelOptions.Endpoints)];

    private static readonly string[] s_ofEndpoint =
    [
        nameof(ModelEndpointOptions.BaseUrl), nameof(ModelEndpointOptions.ApiKey), nameof(ModelEndpointOptions.MaxTokensField),
        nameof(ModelEndpointOptions.Models),
    ];

    private static readonly string[] s_ofModel =
    [
        nameof(ModelSettings.Kind), nameof(ModelSettings.Name), nameof(ModelSettings.InputPerMillion),
        nameof(ModelSettings.OutputPerMillion), nameof(ModelSettings.PerImage),
        nameof(ModelSettings.RequestsPerMinute), nameof(ModelSettings.TokensPerMinute),
    ];

    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        var endpoints = section.GetSection(nameof(ModelOptions.Endpoints)).GetChildren().ToArray();
        var models = endpoints.SelectMany(endpoint => endpoint.GetSection(nameof(ModelEndpointOptions.Models)).GetChildren());
        string[] problems =
        [
            .. Unknown(section, s_ofSection),
            .. endpoints.SelectMany(endpoint => Unknown(endpoint, s_ofEndpoint)),
            .. models.SelectMany(model => Unknown(model, s_ofModel))
                .Select(problem => $"{problem} A model's name with a colon belongs in {nameof(ModelSettings.Name)}."),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, string[] known) =>
        section.GetChildren()
            .Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"{child.Path} is not a setting; known here: {string.Join(", ", known)}.");
}
