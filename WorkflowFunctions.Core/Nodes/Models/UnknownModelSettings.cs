using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>Reports keys of the section <c>Models</c> that mean nothing, so that a misspelt price does not count as 0.</summary>
internal sealed class UnknownModelSettings(IConfigurationSection section) : IValidateOptions<ModelOptions>
{
    private static readonly string[] OfSection = [nameof(ModelOptions.Default), nameof(ModelOptions.DefaultImage), nameof(ModelOptions.Endpoints)];

    private static readonly string[] OfEndpoint =
    [
        nameof(ModelEndpointOptions.BaseUrl), nameof(ModelEndpointOptions.ApiKey), nameof(ModelEndpointOptions.MaxTokensField),
        nameof(ModelEndpointOptions.Models),
    ];

    private static readonly string[] OfModel =
    [
        nameof(ModelSettings.Kind), nameof(ModelSettings.Name), nameof(ModelSettings.InputPerMillion),
        nameof(ModelSettings.OutputPerMillion), nameof(ModelSettings.PerImage),
    ];

    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        var endpoints = section.GetSection(nameof(ModelOptions.Endpoints)).GetChildren().ToArray();
        var models = endpoints.SelectMany(endpoint => endpoint.GetSection(nameof(ModelEndpointOptions.Models)).GetChildren());
        string[] problems =
        [
            .. Unknown(section, OfSection),
            .. endpoints.SelectMany(endpoint => Unknown(endpoint, OfEndpoint)),
            .. models.SelectMany(model => Unknown(model, OfModel))
                .Select(problem => $"{problem} A model's name with a colon belongs in {nameof(ModelSettings.Name)}."),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, string[] known) =>
        section.GetChildren()
            .Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"{child.Path} is not a setting; known here: {string.Join(", ", known)}.");
}
